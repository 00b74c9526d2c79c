-- Whose a tracker's status and live allocation are, as columns: what a client's user reads is a comparison, where a look
-- at the tracker of each row made the planner read all trackers of the client for a page of them.
alter table tracker_status add column client_id bigint;
update tracker_status s set client_id = t.client_id from trackers t where t.id = s.tracker_id and t.client_id is not null;
alter table device_allocations add column client_id bigint;
update device_allocations a set client_id = t.client_id from trackers t
where t.id = a.tracker_id and a.released_at is null and t.client_id is not null;

create or replace function tracker_status_rows() returns trigger language plpgsql as $$
begin
  insert into tracker_status (tracker_id, client_id) select id, client_id from inserted;
  return null;
end
$$;

-- A new allocation is its tracker's client's until the move that follows it; one that ended is nobody's.
create function allocation_client() returns trigger language plpgsql security definer set search_path = public as $$
begin
  new.client_id := case when new.released_at is null then (select client_id from trackers where id = new.tracker_id) end;
  return new;
end
$$;
create trigger allocation_client before insert or update of released_at on device_allocations
  for each row execute function allocation_client();

create or replace function keep_present_periods() returns trigger language plpgsql security definer set search_path = public as $$
declare
  all_changed bigint[] := (select array_agg(distinct tracker_id) from changed);
  taken_over bigint[];
begin
  -- An engine that folds one of them has read its periods as they were: what it writes is waited for, and then stamped.
  perform from tracker_status where tracker_id = any(all_changed) order by tracker_id for no key update;
  -- Status begins anew with a period.
  update tracker_status s set run_period_id = p.id, client_id = p.client_id, status = 'UNKNOWN', location_id = null,
    status_since = null, folded_at = null, folded_hash = null, exit_streak = 0, exit_since = null
  from trackers t left join run_periods p on p.tracker_id = t.id and p.voided_at is null and p.ends_at = 'infinity'
  where t.id = any(all_changed) and s.tracker_id = t.id
    and (s.run_period_id is distinct from p.id or s.client_id is distinct from p.client_id);
  with present as (
    select t.id, p.production_run_id as run_id, p.client_id
    from trackers t
    left join run_periods p on p.tracker_id = t.id and p.voided_at is null and p.ends_at = 'infinity'
    where t.id = any(all_changed) and t.production_run_id is distinct from p.production_run_id
  ), moved as (
    update trackers t set production_run_id = p.run_id from present p where t.id = p.id
  )
  update device_allocations a set client_id = p.client_id from present p
  where a.tracker_id = p.id and a.released_at is null and a.client_id is distinct from p.client_id;
  -- Whose own time is another now, within one client too: runs have dates of their own. A tracker that was just made has none.
  select array_agg(distinct t.id) into taken_over from changed c join trackers t on t.id = c.tracker_id
  where t.client_id is not null and not (tg_op = 'INSERT' and c.began_by = 'made');
  perform restamp_history(all_changed);
  perform end_alerts(all_changed);
  if taken_over is not null then
    perform tell_own_periods(taken_over);
  end if;
  return null;
end
$$;

drop policy client_read on tracker_status;
create policy client_read on tracker_status for select to console_user
  using (console_client_id() is not null and client_id = console_client_id());
drop policy client_read on device_allocations;
create policy client_read on device_allocations for select to console_user
  using (console_client_id() is not null and client_id = console_client_id());
