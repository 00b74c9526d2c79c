-- What a run's page of the summary says costs some rows, too: beside how many trackers there are in each cell, how many reports
-- they have, and no later than when they were last heard. That instant only rises; who reads it asks whether a tracker
-- has it, and the console that sums lowers it where none has.
alter table tracker_count_sums add column reports bigint not null default 0, add column heard timestamptz;
alter table tracker_count_changes add column reports bigint not null default 0, add column heard timestamptz;
create or replace view tracker_counts with (security_invoker = true) as
  select * from tracker_count_sums union all select * from tracker_count_changes;

-- What a tracker's row says of its reports is probed by its key: a join would go by the plan of the session's first statement.
create or replace function note_count_changes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op <> 'INSERT' then
    insert into tracker_count_changes
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, -count(*),
      -coalesce(sum((select s.report_count from tracker_status s where s.tracker_id = was.tracker_id)), 0)
    from was group by 1, 2, 3, 4, 5, 6, 7;
  end if;
  if tg_op <> 'DELETE' then
    insert into tracker_count_changes
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, count(*),
      coalesce(sum((select s.report_count from tracker_status s where s.tracker_id = present.tracker_id)), 0),
      max((select s.last_reported_at from tracker_status s where s.tracker_id = present.tracker_id))
    from present group by 1, 2, 3, 4, 5, 6, 7;
  end if;
  return null;
end
$$;

-- Reports count in the cell that the tracker is in; then it is counted anew, with all of them, where its status has changed.
create or replace function count_changed_statuses() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into tracker_count_changes
  select c.client_id, c.production_run_id, c.key_batch_id, c.is_made, c.is_allocated, c.is_retired, c.status, 0, sum(n.reports), max(n.heard)
  from (
    select tracker_id, sum(reports) as reports, max(heard) as heard from (
      select tracker_id, -report_count as reports, last_reported_at as former, null as heard from was
      union all
      select tracker_id, report_count, null, last_reported_at from present) each_one
    group by tracker_id having sum(reports) <> 0 or max(heard) is distinct from max(former)) n
  cross join lateral (select * from tracker_cells c where c.tracker_id = n.tracker_id offset 0) c
  group by 1, 2, 3, 4, 5, 6, 7;
  perform count_trackers_anew(array_agg(changed.tracker_id)) from (
    select tracker_id from (
      select tracker_id, status from was union all select tracker_id, status from present) each_one
    group by tracker_id having min(status) <> max(status)) changed
  having count(*) > 0;
  return null;
end
$$;

-- What goes with a tracker goes in any order: its reports first, while it is known where they count.
create function uncount_reports() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update tracker_status set report_count = 0 where tracker_id = old.id and report_count <> 0;
  return old;
end
$$;
create trigger reports_are_not_counted before delete on trackers for each row execute function uncount_reports();

insert into tracker_count_changes
select c.client_id, c.production_run_id, c.key_batch_id, c.is_made, c.is_allocated, c.is_retired, c.status, 0, sum(s.report_count), max(s.last_reported_at)
from tracker_cells c join tracker_status s using (tracker_id) group by 1, 2, 3, 4, 5, 6, 7;

-- A tracker counts as delivered once in a run, whatever it does when it comes back to it. Who confirms deliveries of a tracker
-- is alone with it.
alter table deliveries add column is_repeated boolean not null default false;
update deliveries d set is_repeated = true
where exists (select from deliveries e where e.tracker_id = d.tracker_id and e.production_run_id = d.production_run_id and e.confirmed_at < d.confirmed_at);
create index deliveries_repeated on deliveries (production_run_id, tracker_id) where is_repeated;

-- As the counts of trackers: what has changed, what is summed up, and both.
create table run_count_sums (
  production_run_id bigint not null,
  client_id bigint,
  delivered bigint not null,
  open_alerts bigint not null,
  unique nulls not distinct (production_run_id, client_id)
);
create table run_count_changes (like run_count_sums);
create view run_counts with (security_invoker = true) as
  select * from run_count_sums union all select * from run_count_changes;
do $$
declare
  made text;
begin
  foreach made in array array['run_count_sums', 'run_count_changes'] loop
    execute format('alter table %I enable row level security', made);
    execute format('create policy staff on %I to console_staff using (true)', made);
    execute format('create policy client_read on %I for select to console_user using (client_id = console_client_id())', made);
  end loop;
end
$$;
grant select on run_counts, run_count_sums, run_count_changes to console_user;

insert into run_count_changes
select production_run_id, client_id, count(*), 0 from deliveries where not is_repeated group by 1, 2
union all
select production_run_id, client_id, 0, count(*) from alerts where resolved_at is null and production_run_id is not null group by 1, 2;

create function count_deliveries() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  touched bigint[];
begin
  if tg_op = 'DELETE' then
    touched := array(select tracker_id from was);
    insert into run_count_changes
    select production_run_id, client_id, -count(*), 0 from was where not is_repeated group by 1, 2;
  elsif tg_op = 'INSERT' then
    touched := array(select tracker_id from present);
    insert into run_count_changes
    select production_run_id, client_id, count(*), 0 from present where not is_repeated group by 1, 2;
  else
    touched := array(select tracker_id from present);
    insert into run_count_changes
    select production_run_id, client_id, sum(n), 0 from (
      select production_run_id, client_id, -1 as n from was where not is_repeated
      union all select production_run_id, client_id, 1 from present where not is_repeated) each_one
    group by 1, 2 having sum(n) <> 0;
  end if;
  -- It comes here again for what it changes, until it has changed nothing.
  if cardinality(touched) > 0 then
    update deliveries d set is_repeated = not d.is_repeated
    where d.tracker_id = any(touched) and d.is_repeated <> exists (
      select from deliveries e where e.tracker_id = d.tracker_id and e.production_run_id = d.production_run_id
        and e.confirmed_at < d.confirmed_at);
  end if;
  return null;
end
$$;
create trigger deliveries_are_counted after insert on deliveries
  referencing new table as present for each statement execute function count_deliveries();
create trigger deliveries_are_counted_anew after update on deliveries
  referencing old table as was new table as present for each statement execute function count_deliveries();
create trigger deliveries_are_not_counted after delete on deliveries
  referencing old table as was for each statement execute function count_deliveries();

create function count_alerts() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    insert into run_count_changes
    select production_run_id, client_id, 0, -count(*) from was
    where resolved_at is null and production_run_id is not null group by 1, 2;
  elsif tg_op = 'INSERT' then
    insert into run_count_changes
    select production_run_id, client_id, 0, count(*) from present
    where resolved_at is null and production_run_id is not null group by 1, 2;
  else
    insert into run_count_changes
    select production_run_id, client_id, 0, sum(n) from (
      select production_run_id, client_id, -1 as n from was where resolved_at is null
      union all select production_run_id, client_id, 1 from present where resolved_at is null) each_one
    where production_run_id is not null group by 1, 2 having sum(n) <> 0;
  end if;
  return null;
end
$$;
create trigger alerts_are_counted after insert on alerts
  referencing new table as present for each statement execute function count_alerts();
create trigger alerts_are_counted_anew after update on alerts
  referencing old table as was new table as present for each statement execute function count_alerts();
create trigger alerts_are_not_counted after delete on alerts
  referencing old table as was for each statement execute function count_alerts();
