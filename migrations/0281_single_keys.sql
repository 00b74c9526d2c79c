-- Single device keys are moved between trackers, with what was heard under them. What both kinds of moves have in common is
-- a function of its own; the caller has locked and queued the trackers as before.
create function keys_have_moved(tracker_ids bigint[], at timestamptz) returns void
  language plpgsql set search_path = public, pg_temp as $$
declare
  kept timestamptz := coalesce((select kept_from from report_retention), '-infinity');
begin
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
  perform enter_periods(tracker_ids, at);
  insert into device_changes (first_id, last_id) select id, id from unnest(tracker_ids) id order by id;
end
$$;
revoke execute on function keys_have_moved(bigint[], timestamptz) from public;

create or replace function move_device_keys(tracker_ids bigint[], keys_of bigint[], at timestamptz) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
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

  -- What is known of asking for keys goes with them; each tracker is due at once.
  update fetch_states f set incomplete = o.incomplete, searching = o.searching, spans_left = o.spans_left,
    unproven_by = o.unproven_by, asked_at = o.asked_at, last_success_at = o.last_success_at
  from unnest(tracker_ids, keys_of) as m(becomes, was) join fetch_states o on o.tracker_id = m.was
  where f.tracker_id = m.becomes;
  perform keys_have_moved(tracker_ids, at);
end
$$;

-- Gives each key to the tracker at the same place of `becomes`, with what was heard under it; it follows that tracker's own.
-- Keys of the trackers concerned are numbered from 1 again, and what was heard of them with them. What was corrupt stays:
-- nobody knows under which key it came.
create function move_single_keys(hashes bytea[], becomes bigint[], at timestamptz) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  concerned bigint[];
  was bigint[];
  was_number smallint[];
  is_now bigint[];
  is_number smallint[];
begin
  select array_agg(distinct id) into concerned from (
    select unnest(becomes) as id
    union select tracker_id from device_keys where hashed_advertisement_key = any(hashes)) all_of_them;
  insert into key_moves as k (moves) values (1) on conflict (single) do update set moves = k.moves + 1;
  update trackers set keys_moved_in = (select moves from key_moves) where id = any(concerned);

  select array_agg(n.was), array_agg(n.was_number), array_agg(n.is_now), array_agg(n.is_number)
  into was, was_number, is_now, is_number
  from (
    select k.tracker_id as was, k.number as was_number, coalesce(m.becomes, k.tracker_id) as is_now,
      row_number() over (partition by coalesce(m.becomes, k.tracker_id)
        order by m.becomes is not null, k.tracker_id, k.number)::smallint as is_number
    from device_keys k left join unnest(hashes, becomes) as m(hash, becomes) on m.hash = k.hashed_advertisement_key
    where k.tracker_id = any(concerned)) n
  where (n.was, n.was_number) is distinct from (n.is_now, n.is_number);

  update device_keys k set tracker_id = n.is_now, number = n.is_number
  from unnest(was, was_number, is_now, is_number) as n(was, was_number, is_now, is_number)
  where k.tracker_id = n.was and k.number = n.was_number;
  update location_reports r set tracker_id = n.is_now, key_number = n.is_number
  from unnest(was, was_number, is_now, is_number) as n(was, was_number, is_now, is_number)
  where r.tracker_id = n.was and r.key_number = n.was_number;
  with gone as (
    delete from waiting_reports w using unnest(was, was_number, is_now, is_number) as n(was, was_number, is_now, is_number)
    where w.tracker_id = n.was and w.key_number = n.was_number returning n.is_now, n.is_number, w.*)
  insert into waiting_reports (tracker_id, payload_hash, key_number, payload, reported_at, published_at, received_at)
  select gone.is_now, payload_hash, gone.is_number, payload, reported_at, published_at, received_at
  from gone, (select count(*) from gone) as all_of_them on conflict do nothing;
  update source_canaries c set tracker_id = m.becomes from unnest(hashes, becomes) as m(hash, becomes)
  where c.hashed_key = m.hash;

  -- A search in parts was one of the former keys.
  update fetch_states set searching = false, spans_left = null, unproven_by = null where tracker_id = any(concerned);
  perform keys_have_moved(concerned, at);
end
$$;
revoke execute on function move_single_keys(bytea[], bigint[], timestamptz) from public;
grant execute on function move_single_keys(bytea[], bigint[], timestamptz) to console_staff;
