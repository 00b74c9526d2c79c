-- What the charts by day count is known without reading history, deliveries and aggregates: each change of those adds to
-- what isn't summed yet, by the quarter of an hour in which it happened, and one console sums it from time to time, as
-- with tracker_counts. Every zone's days begin with a quarter of an hour.
--   IN_TRANSIT, IN_STORAGE, DELIVERED: how many more (or fewer) trackers are in that status from then on
--   delivery: confirmed deliveries;  stay-0 to stay-6: stays in storage that ended, by how long they lasted
--   reports: counted reports of a UTC day, at its beginning, of no run in particular
create table time_count_changes (
  kind text not null,
  at timestamptz not null,
  client_id bigint,
  production_run_id bigint,
  n bigint not null
);
-- Of each run (level 0), of each client (1) and of all (2). The sum of all time of a status stands at '-infinity', at levels 1 and 2.
create table time_count_sums (
  level smallint not null,
  like time_count_changes,
  unique nulls not distinct (level, kind, at, client_id, production_run_id)
);
create index time_count_sums_client on time_count_sums (client_id, kind, at) where level = 1;
create index time_count_sums_gone on time_count_sums (level) where n = 0;

do $$
declare
  made text;
begin
  foreach made in array array['time_count_sums', 'time_count_changes'] loop
    execute format('alter table %I enable row level security', made);
    execute format('create policy staff on %I to console_staff using (true)', made);
    execute format('create policy client_read on %I for select to console_user using (client_id = console_client_id())', made);
  end loop;
end
$$;
grant select on time_count_sums, time_count_changes to console_user;

-- For what has been left by now in the quarter of an hour that isn't over.
create index status_history_left on status_history (left_at) where superseded_at is null and left_at is not null;

create function quarter_of(at timestamptz) returns timestamptz language sql immutable parallel safe strict as $$
  select date_bin('15 minutes', at, '2000-01-01 00:00:00+00')
$$;
-- The limits are those of the chart of stays.
create function stay_kind(entered_at timestamptz, left_at timestamptz) returns text language sql immutable parallel safe strict as $$
  select 'stay-' || width_bucket(extract(epoch from left_at - entered_at)::float8,
    array[3600, 21600, 86400, 259200, 604800, 1209600]::float8[])
$$;

create function note_history_times() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into time_count_changes
    select w.kind, quarter_of(w.at), h.client_id, h.production_run_id, sum(h.sign * w.n)
    from (select 1 as sign, * from present) h
      cross join lateral (values (h.status, h.entered_at, 1), (h.status, h.left_at, -1),
        (case when h.status = 'IN_STORAGE' then stay_kind(h.entered_at, h.left_at) end, h.left_at, 1)) as w (kind, at, n)
    where h.superseded_at is null and h.production_run_id is not null and w.at is not null and w.kind is not null
    group by 1, 2, 3, 4 having sum(h.sign * w.n) <> 0;
  elsif tg_op = 'DELETE' then
    insert into time_count_changes
    select w.kind, quarter_of(w.at), h.client_id, h.production_run_id, sum(h.sign * w.n)
    from (select -1 as sign, * from was) h
      cross join lateral (values (h.status, h.entered_at, 1), (h.status, h.left_at, -1),
        (case when h.status = 'IN_STORAGE' then stay_kind(h.entered_at, h.left_at) end, h.left_at, 1)) as w (kind, at, n)
    where h.superseded_at is null and h.production_run_id is not null and w.at is not null and w.kind is not null
    group by 1, 2, 3, 4 having sum(h.sign * w.n) <> 0;
  else
    insert into time_count_changes
    select w.kind, quarter_of(w.at), h.client_id, h.production_run_id, sum(h.sign * w.n)
    from (select -1 as sign, status, entered_at, left_at, superseded_at, client_id, production_run_id from was union all select 1, status, entered_at, left_at, superseded_at, client_id, production_run_id from present) h
      cross join lateral (values (h.status, h.entered_at, 1), (h.status, h.left_at, -1),
        (case when h.status = 'IN_STORAGE' then stay_kind(h.entered_at, h.left_at) end, h.left_at, 1)) as w (kind, at, n)
    where h.superseded_at is null and h.production_run_id is not null and w.at is not null and w.kind is not null
    group by 1, 2, 3, 4 having sum(h.sign * w.n) <> 0;
  end if;
  return null;
end
$$;
create trigger history_by_time after insert on status_history
  referencing new table as present for each statement execute function note_history_times();
create trigger history_by_time_anew after update on status_history
  referencing old table as was new table as present for each statement execute function note_history_times();
create trigger history_not_by_time after delete on status_history
  referencing old table as was for each statement execute function note_history_times();

create function note_delivery_times() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into time_count_changes
    select 'delivery', quarter_of(confirmed_at), client_id, production_run_id, 1 * count(*) from present group by 2, 3, 4;
  elsif tg_op = 'DELETE' then
    insert into time_count_changes
    select 'delivery', quarter_of(confirmed_at), client_id, production_run_id, -1 * count(*) from was group by 2, 3, 4;
  else
    insert into time_count_changes
    select 'delivery', quarter_of(confirmed_at), client_id, production_run_id, sum(n) from (
      select confirmed_at, client_id, production_run_id, -1 as n from was
      union all select confirmed_at, client_id, production_run_id, 1 from present) each_one
    group by 2, 3, 4 having sum(n) <> 0;
  end if;
  return null;
end
$$;
create trigger deliveries_by_time after insert on deliveries
  referencing new table as present for each statement execute function note_delivery_times();
create trigger deliveries_by_time_anew after update on deliveries
  referencing old table as was new table as present for each statement execute function note_delivery_times();
create trigger deliveries_not_by_time after delete on deliveries
  referencing old table as was for each statement execute function note_delivery_times();

create function note_report_days() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into time_count_changes
    select 'reports', bucket_start, client_id, null, sum(report_count) from present where period = 'day' group by 2, 3;
  elsif tg_op = 'DELETE' then
    insert into time_count_changes
    select 'reports', bucket_start, client_id, null, -sum(report_count) from was where period = 'day' group by 2, 3;
  else
    insert into time_count_changes
    select 'reports', bucket_start, client_id, null, sum(n) from (
      select bucket_start, client_id, -report_count as n from was where period = 'day'
      union all select bucket_start, client_id, report_count from present where period = 'day') each_one
    group by 2, 3 having sum(n) <> 0;
  end if;
  return null;
end
$$;
create trigger reports_by_time after insert on tracker_aggregates
  referencing new table as present for each statement execute function note_report_days();
create trigger reports_by_time_anew after update on tracker_aggregates
  referencing old table as was new table as present for each statement execute function note_report_days();
create trigger reports_not_by_time after delete on tracker_aggregates
  referencing old table as was for each statement execute function note_report_days();

-- What is there is counted once, as what isn't summed yet.
insert into time_count_changes
select w.kind, quarter_of(w.at), h.client_id, h.production_run_id, sum(w.n)
from status_history h
  cross join lateral (values (h.status, h.entered_at, 1), (h.status, h.left_at, -1),
    (case when h.status = 'IN_STORAGE' then stay_kind(h.entered_at, h.left_at) end, h.left_at, 1)) as w (kind, at, n)
where h.superseded_at is null and h.production_run_id is not null and w.at is not null and w.kind is not null
group by 1, 2, 3, 4 having sum(w.n) <> 0;
insert into time_count_changes
select 'delivery', quarter_of(confirmed_at), client_id, production_run_id, count(*) from deliveries group by 2, 3, 4;
insert into time_count_changes
select 'reports', bucket_start, client_id, null, sum(report_count) from tracker_aggregates where period = 'day' group by 2, 3;
