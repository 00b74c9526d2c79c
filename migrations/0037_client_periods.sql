-- What a client sees of a tracker that was with another client before: the reports within the dates of their own runs,
-- but for the time that it was another client's. Written when a tracker leaves a run; trackers that never left one, which
-- is nearly all, have no row, and their whole time is their client's.
create table tracker_past_runs (
  id bigint generated always as identity primary key,
  tracker_id bigint not null references trackers on delete cascade,
  production_run_id bigint not null references production_runs on delete cascade,
  client_id bigint not null references clients on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null
);
create index tracker_past_runs_tracker on tracker_past_runs (tracker_id, client_id);
grant select on tracker_past_runs to console_user;
alter table tracker_past_runs enable row level security;
create policy staff on tracker_past_runs to console_staff using (true);
-- Times only, of trackers that are theirs now; another client's id tells nothing.
create policy client_read on tracker_past_runs for select to console_user using (console_client_id() is not null
  and exists (select from trackers t where t.id = tracker_id and t.client_id = console_client_id()));

create function tracker_left_run() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if old.production_run_id is not null then
    insert into tracker_past_runs (tracker_id, production_run_id, client_id, starts_at, ends_at)
    values (old.id, old.production_run_id, old.client_id,
      coalesce((select max(ends_at) from tracker_past_runs where tracker_id = old.id), '-infinity'), now());
  end if;
  -- The last position was the former client's to know. The new one gets the first of their own time.
  if new.client_id is not null and exists (select from tracker_past_runs where tracker_id = new.id) then
    update tracker_status s set last_reported_at = null, last_position = null, last_horizontal_accuracy_m = null,
      last_battery_level = null, last_nearest_city_id = null, last_nearest_city_distance_m = null
    where s.tracker_id = new.id and exists (select from tracker_past_runs p where p.tracker_id = s.tracker_id
      and p.client_id <> new.client_id and s.last_reported_at >= p.starts_at and s.last_reported_at < p.ends_at);
  end if;
  return null;
end
$$;
create trigger tracker_left_run after update of production_run_id, client_id on trackers
  for each row when (old.production_run_id is distinct from new.production_run_id) execute function tracker_left_run();

drop policy client_read on location_reports;
create policy client_read on location_reports for select to console_user using (console_client_id() is not null
  and exists (
    select from trackers t join production_runs run on run.client_id = t.client_id
      and (run.id = t.production_run_id or run.id in
        (select p.production_run_id from tracker_past_runs p where p.tracker_id = t.id and p.client_id = t.client_id))
    where t.id = tracker_id and t.client_id = console_client_id()
      and reported_at >= run_starts_at(run) and reported_at < run_ends_at(run))
  and not exists (
    select from tracker_past_runs p where p.tracker_id = location_reports.tracker_id
      and p.client_id <> console_client_id() and reported_at >= p.starts_at and reported_at < p.ends_at));

-- The entries of their own runs: until the history is folded again, those of the former run are still live.
drop policy client_read on status_history;
create policy client_read on status_history for select to console_user using (console_client_id() is not null
  and exists (select from trackers t where t.id = tracker_id and t.client_id = console_client_id())
  and exists (select from production_runs run where run.id = production_run_id and run.client_id = console_client_id())
  and not exists (
    select from tracker_past_runs p where p.tracker_id = status_history.tracker_id and p.client_id <> console_client_id()
      and entered_at >= p.starts_at and coalesce(left_at, 'infinity') <= p.ends_at));

drop policy client_read on tracker_aggregates;
create policy client_read on tracker_aggregates for select to console_user using (console_client_id() is not null
  and exists (select from trackers t where t.id = tracker_id and t.client_id = console_client_id())
  and not exists (
    select from tracker_past_runs p where p.tracker_id = tracker_aggregates.tracker_id
      and p.client_id <> console_client_id() and bucket_start >= p.starts_at and bucket_start < p.ends_at));

-- A report of the former client's time that is fetched late may still become the last position: the row is the new
-- client's to see again with the next one of their own time.
drop policy client_read on tracker_status;
create policy client_read on tracker_status for select to console_user using (console_client_id() is not null
  and exists (select from trackers t where t.id = tracker_id and t.client_id = console_client_id())
  and not exists (
    select from tracker_past_runs p where p.tracker_id = tracker_status.tracker_id and p.client_id <> console_client_id()
      and last_reported_at >= p.starts_at and last_reported_at < p.ends_at));
