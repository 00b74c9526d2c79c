-- Devices that were mixed up are put right by moving device keys, with what was heard of them, to the tracker whose label
-- the device carries. How often that was done, and at which time a tracker's keys moved last: whoever stores what was
-- heard of a key sees whether its tracker is still the one that was looked up.
create table key_moves (
  single boolean primary key default true check (single),
  moves bigint not null default 0
);
alter table key_moves enable row level security;
create policy staff on key_moves to console_staff using (true);
grant select on key_moves to console_user;
alter table trackers add column keys_moved_in bigint;

-- Gives each of `tracker_ids` all keys that the tracker at the same place of `keys_of` has now: both hold the same
-- trackers, each once. The caller has locked them (trackers, then tracker_status) and has queued them to be folded again from the beginning. Until they
-- are, what was worked out of moved reports is shown to no client.
create function move_device_keys(tracker_ids bigint[], keys_of bigint[], at timestamptz) returns void
  language plpgsql security definer set search_path = public as $$
declare
  kept timestamptz := coalesce((select kept_from from report_retention), '-infinity');
begin
  insert into key_moves as k (moves) values (1) on conflict (single) do update set moves = k.moves + 1;
  update trackers set keys_moved_in = (select moves from key_moves) where id = any(tracker_ids);

  -- Batch and firmware are those of the device that broadcasts.
  update trackers t set key_batch_id = o.key_batch_id, firmware = o.firmware
  from unnest(tracker_ids, keys_of) as m(becomes, was) join trackers o on o.id = m.was
  where t.id = m.becomes and (t.key_batch_id, t.firmware) is distinct from (o.key_batch_id, o.firmware);
  update device_keys k set tracker_id = m.becomes
  from unnest(tracker_ids, keys_of) as m(becomes, was) where k.tracker_id = m.was;

  update location_reports r set tracker_id = m.becomes
  from unnest(tracker_ids, keys_of) as m(becomes, was) where r.tracker_id = m.was;
  update source_canaries c set tracker_id = m.becomes
  from unnest(tracker_ids, keys_of) as m(becomes, was) where c.tracker_id = m.was;
  -- Two trackers may have the same payload here. The count is there so that all are gone before the first comes back.
  with gone as (
    delete from waiting_reports w using unnest(tracker_ids, keys_of) as m(becomes, was) where w.tracker_id = m.was
    returning m.becomes, w.*)
  insert into waiting_reports (tracker_id, payload_hash, key_number, payload, reported_at, published_at, received_at)
  select becomes, payload_hash, key_number, payload, reported_at, published_at, received_at
  from gone, (select count(*) from gone) as all_of_them;
  with gone as (
    delete from corrupt_reports c using unnest(tracker_ids, keys_of) as m(becomes, was) where c.tracker_id = m.was
    returning m.becomes, c.*)
  insert into corrupt_reports (id, tracker_id, payload_hash, payload, reason, received_at, source_id, request_id)
    overriding system value
  select id, becomes, payload_hash, payload, reason, received_at, source_id, request_id
  from gone, (select count(*) from gone) as all_of_them;

  update tracker_status set status = 'UNKNOWN', location_id = null, status_since = null, folded_at = null,
    folded_hash = null, exit_streak = 0, exit_since = null
  where tracker_id = any(tracker_ids);
  perform tell_own_periods(tracker_ids);
  -- Out of any run there is no client to hide a report from.
  update tracker_status s set last_reported_at = r.reported_at, last_position = r.position,
    last_horizontal_accuracy_m = r.horizontal_accuracy_m, last_battery_level = battery_of(r.status_byte, t.firmware),
    last_nearest_city_id = r.nearest_city_id, last_nearest_city_distance_m = r.nearest_city_distance_m,
    report_count = (select count(*) from location_reports a where a.tracker_id = t.id)
  from trackers t left join lateral (
    select * from location_reports l where l.tracker_id = t.id and l.position is not null
    order by l.reported_at desc, l.payload_hash desc limit 1) r on true
  where t.id = any(tracker_ids) and t.client_id is null and s.tracker_id = t.id;

  -- What retention has dropped the reports of can't be folded again, and stays. What a move back finds is as it was.
  update status_history h set client_id = case when exists (
      select from location_reports r where r.tracker_id = h.tracker_id and r.reported_at = h.cause_reported_at
        and r.payload_hash = h.cause_payload_hash) then p.client_id end
  from run_periods p
  where h.tracker_id = any(tracker_ids) and h.superseded_at is null and p.id = h.run_period_id
    and h.cause_reported_at >= kept;
  update tracker_aggregates set client_id = null where tracker_id = any(tracker_ids) and bucket_start >= kept;
  update deliveries set client_id = null where tracker_id = any(tracker_ids) and entered_at >= kept;
  update alerts set resolved_at = greatest(raised_at, at) where tracker_id = any(tracker_ids) and resolved_at is null;

  -- What is known of asking for keys goes with them; each tracker is due at once.
  update fetch_states f set incomplete = o.incomplete, searching = o.searching, spans_left = o.spans_left,
    unproven_by = o.unproven_by, asked_at = o.asked_at, last_success_at = o.last_success_at
  from unnest(tracker_ids, keys_of) as m(becomes, was) join fetch_states o on o.tracker_id = m.was
  where f.tracker_id = m.becomes;
  perform enter_periods(tracker_ids, at);
  insert into device_changes (first_id, last_id) select id, id from unnest(tracker_ids) id order by id;
end
$$;
-- Those of the trackers that are there and whose keys haven't moved since so many moves (null where that isn't known), held
-- against moves until the end of the transaction. Volatile, so that it reads what was committed while it waited.
create function unmoved_trackers(tracker_ids bigint[], since_moves bigint) returns setof bigint
  language plpgsql volatile as $$
begin
  perform from tracker_status where tracker_id = any(tracker_ids) order by tracker_id for no key update;
  return query
    select t.id from trackers t
    where t.id = any(tracker_ids) and (t.keys_moved_in is null or t.keys_moved_in <= coalesce(since_moves, t.keys_moved_in));
end
$$;
revoke execute on function move_device_keys(bigint[], bigint[], timestamptz) from public;
grant execute on function move_device_keys(bigint[], bigint[], timestamptz) to console_staff;
