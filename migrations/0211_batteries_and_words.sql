-- The words of a run period are edited by people: a change that another has overtaken is refused.
alter table run_periods add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
create trigger count_change before update of name, goods_reference, tags, note on run_periods
  for each row execute function count_change('name', 'goods_reference', 'tags', 'note');

-- A firmware that sends a voltage says no level: the volts are told as they are, as in 3.2. As `batteryOf` in
-- src-shared/domain/find-my/battery.ts; a test compares them.
alter table tracker_status drop constraint tracker_status_last_battery_level_check;
alter table tracker_status add constraint tracker_status_last_battery_level_check
  check (last_battery_level in ('full', 'medium', 'low', 'very-low') or last_battery_level ~ '^[0-9]\.[0-9]$') not valid;
alter table tracker_status validate constraint tracker_status_last_battery_level_check;
create or replace function battery_of(status_byte smallint, firmware text) returns text immutable language sql as $$
  select case firmware
    when 'flagged' then case when status_byte & 32 = 32
      then (array['full', 'medium', 'low', 'very-low'])[((status_byte >> 6) & 3) + 1] end
    when 'pix' then (array[null, 'medium', 'low', 'very-low'])[((status_byte >> 6) & 3) + 1]
    when 'voltage' then case when status_byte between 15 and 45 then status_byte / 10 || '.' || status_byte % 10 end
  end
$$;
-- Levels that were made of a voltage.
update tracker_status s set last_battery_level = (
  select battery_of(r.status_byte, 'voltage') from location_reports r
  where r.tracker_id = s.tracker_id and r.reported_at = s.last_reported_at and r.position is not null
  order by r.payload_hash desc limit 1)
from trackers t
where t.id = s.tracker_id and t.firmware = 'voltage' and s.last_battery_level is not null;
