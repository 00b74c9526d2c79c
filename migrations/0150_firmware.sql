-- Which table the status byte of a tracker's reports is read by: firmwares differ, and a battery must not be shown by the
-- wrong one. Null where it is not known: then nothing is shown.
alter table trackers add column firmware text check (firmware in ('flagged', 'pix', 'voltage'));
alter table key_batches add column firmware text check (firmware in ('flagged', 'pix', 'voltage'));
-- What there is was read by this one.
update key_batches set firmware = 'flagged';
update trackers set firmware = 'flagged';
grant select (firmware) on trackers to console_user;
-- Whether a key has a private key, which console_user can't read.
grant select (data_key_id) on device_keys to console_user;

-- As `batteryOf` in src-shared/domain/find-my/battery.ts; a test compares them.
create function battery_of(status_byte smallint, firmware text) returns text immutable language sql as $$
  select case firmware
    when 'flagged' then case when status_byte & 32 = 32
      then (array['full', 'medium', 'low', 'very-low'])[((status_byte >> 6) & 3) + 1] end
    when 'pix' then (array[null, 'medium', 'low', 'very-low'])[((status_byte >> 6) & 3) + 1]
    when 'voltage' then case when status_byte between 15 and 45 then
      case when status_byte >= 29 then 'full' when status_byte >= 27 then 'medium' when status_byte >= 25 then 'low'
        else 'very-low' end end
  end
$$;

-- For whoever may see a report: the battery in it is told also of a tracker that is another client's by now.
create function firmware_of(of_tracker bigint) returns text stable language sql security definer set search_path = public as $$
  select firmware from trackers where id = of_tracker
$$;

-- As before, with the battery by the tracker's firmware.
create or replace function tell_own_periods(tracker_ids bigint[]) returns void language sql as $$
  update tracker_status s set last_reported_at = own.reported_at, last_position = own.position,
    last_horizontal_accuracy_m = own.horizontal_accuracy_m, last_battery_level = battery_of(own.status_byte, t.firmware),
    last_nearest_city_id = own.nearest_city_id, last_nearest_city_distance_m = own.nearest_city_distance_m,
    report_count = (
      select count(*) from run_periods o join production_runs run on run.id = o.production_run_id
      join location_reports r on r.tracker_id = o.tracker_id
        and r.reported_at >= greatest(o.starts_at, run_starts_at(run)) and r.reported_at < least(o.ends_at, run_ends_at(run))
      where o.tracker_id = t.id and o.client_id = t.client_id and o.voided_at is null)
  from trackers t left join lateral (
    select r.*
    from run_periods o join production_runs run on run.id = o.production_run_id
    join location_reports r on r.tracker_id = o.tracker_id
      and r.reported_at >= greatest(o.starts_at, run_starts_at(run)) and r.reported_at < least(o.ends_at, run_ends_at(run))
    where o.tracker_id = t.id and o.client_id = t.client_id and o.voided_at is null and r.position is not null
    order by r.reported_at desc, r.payload_hash desc limit 1) own on true
  where t.id = any(tracker_ids) and s.tracker_id = t.id
$$;

-- Who runs the console may say it later, and what was read by another is forgotten.
grant update (firmware) on trackers to console_user;
grant update (last_battery_level) on tracker_status to console_user;
