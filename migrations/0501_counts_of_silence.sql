-- How many trackers were last heard when is known without reading them, as how many there are: a tracker that is in a run and
-- made was heard of in its period at the later of its last report and `waits_since`, which is when its period began, or, as
-- long as it was never heard of, when it was made or allocated. By the quarter of an hour, and by the UTC day.
alter table tracker_cells add column waits_since timestamptz;

create table heard_count_changes (
  at timestamptz not null,
  client_id bigint,
  production_run_id bigint not null,
  is_heard boolean not null,
  trackers bigint not null
);
create table heard_count_sums (
  is_day boolean not null,
  like heard_count_changes,
  unique nulls not distinct (is_day, at, production_run_id, client_id, is_heard)
);
create index heard_count_sums_gone on heard_count_sums (is_day) where trackers = 0;
do $$
declare
  made text;
begin
  foreach made in array array['heard_count_sums', 'heard_count_changes'] loop
    execute format('alter table %I enable row level security', made);
    execute format('create policy staff on %I to console_staff using (true)', made);
    execute format('create policy client_read on %I for select to console_user using (client_id = console_client_id())', made);
  end loop;
end
$$;
grant select on heard_count_sums, heard_count_changes to console_user;

-- A cell is read where the clock stands within a quarter of an hour.
grant select (tracker_id, client_id, production_run_id, is_made, waits_since) on tracker_cells to console_user;

create function heard_quarter(waits_since timestamptz, last_reported_at timestamptz) returns timestamptz
  language sql immutable parallel safe as $$
  select quarter_of(coalesce(greatest(waits_since, last_reported_at), '-infinity'))
$$;

create function note_heard_changes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into heard_count_changes
    select heard_quarter(c.waits_since, s.last_reported_at), c.client_id, c.production_run_id, s.last_reported_at is not null, count(*)
    from present c left join lateral (select * from tracker_status s where s.tracker_id = c.tracker_id offset 0) s on true
    where c.is_made and c.production_run_id is not null group by 1, 2, 3, 4;
  elsif tg_op = 'DELETE' then
    insert into heard_count_changes
    select heard_quarter(c.waits_since, s.last_reported_at), c.client_id, c.production_run_id, s.last_reported_at is not null, -count(*)
    from was c left join lateral (select * from tracker_status s where s.tracker_id = c.tracker_id offset 0) s on true
    where c.is_made and c.production_run_id is not null group by 1, 2, 3, 4;
  else
    insert into heard_count_changes
    select heard_quarter(c.waits_since, s.last_reported_at), c.client_id, c.production_run_id, s.last_reported_at is not null, sum(c.n)
    from (
      select tracker_id, client_id, production_run_id, waits_since, sum(n) as n from (
        select tracker_id, client_id, production_run_id, waits_since, -1 as n from was where is_made and production_run_id is not null
        union all
        select tracker_id, client_id, production_run_id, waits_since, 1 from present where is_made and production_run_id is not null) each_one
      group by 1, 2, 3, 4 having sum(n) <> 0) c
    left join lateral (select * from tracker_status s where s.tracker_id = c.tracker_id offset 0) s on true
    group by 1, 2, 3, 4 having sum(c.n) <> 0;
  end if;
  return null;
end
$$;
create trigger note_heard after insert on tracker_cells
  referencing new table as present for each statement execute function note_heard_changes();
create trigger note_heard_otherwise after update on tracker_cells
  referencing old table as was new table as present for each statement execute function note_heard_changes();
create trigger note_unheard after delete on tracker_cells
  referencing old table as was for each statement execute function note_heard_changes();

create or replace function count_new_trackers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into tracker_cells (tracker_id, client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, waits_since)
  select id, client_id, production_run_id, key_batch_id, mac_address is not null, false, retired_at is not null, 'UNKNOWN', manufactured_at
  from inserted;
  return null;
end
$$;

create or replace function count_trackers_anew(tracker_ids bigint[]) returns void language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  perform from tracker_status where tracker_id = any(tracker_ids) order by tracker_id for no key update;
  update tracker_cells c set client_id = n.client_id, production_run_id = n.production_run_id, key_batch_id = n.key_batch_id,
    is_made = n.is_made, is_allocated = n.is_allocated, is_retired = n.is_retired, status = n.status,
    square_x = n.square_x, square_y = n.square_y, city_id = n.city_id, waits_since = n.waits_since
  from (
    select t.id, t.client_id, t.production_run_id, t.key_batch_id, t.mac_address is not null as is_made,
      a.allocated_at is not null as is_allocated, t.retired_at is not null as is_retired, s.status,
      square_column(s.last_longitude) as square_x, square_row(s.last_latitude) as square_y, s.last_nearest_city_id as city_id,
      greatest((select p.starts_at from run_periods p where p.id = s.run_period_id),
        case when s.last_reported_at is null then greatest(t.manufactured_at, a.allocated_at) end) as waits_since
    from trackers t join tracker_status s on s.tracker_id = t.id
      left join lateral (
        select a.allocated_at from device_allocations a where a.tracker_id = t.id and a.released_at is null offset 0) a on true
    where t.id = any(tracker_ids) offset 0) n
  where c.tracker_id = n.id
    and (c.client_id, c.production_run_id, c.key_batch_id, c.is_made, c.is_allocated, c.is_retired, c.status,
        c.square_x, c.square_y, c.city_id, c.waits_since) is distinct from
      (n.client_id, n.production_run_id, n.key_batch_id, n.is_made, n.is_allocated, n.is_retired, n.status,
        n.square_x, n.square_y, n.city_id, n.waits_since);
end
$$;

create or replace function count_changed_trackers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform count_trackers_anew(array_agg(p.id)) from was w join present p on p.id = w.id
  where (w.client_id, w.production_run_id, w.key_batch_id, w.mac_address is null, w.retired_at is null, w.manufactured_at) is distinct from
    (p.client_id, p.production_run_id, p.key_batch_id, p.mac_address is null, p.retired_at is null, p.manufactured_at)
  having count(*) > 0;
  return null;
end
$$;

-- A report that is later than the last counts in the cell that the tracker is in; then it is counted anew where more has changed.
create or replace function count_changed_statuses() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  with moved as materialized (
    select c.*, n.reports, n.heard, n.former from (
      select tracker_id, sum(reports) as reports, max(heard) as heard, max(former) as former from (
        select tracker_id, -report_count as reports, last_reported_at as former, null as heard from was
        union all
        select tracker_id, report_count, null, last_reported_at from present) each_one
      group by tracker_id having sum(reports) <> 0 or max(heard) is distinct from max(former)) n
    cross join lateral (select * from tracker_cells c where c.tracker_id = n.tracker_id offset 0) c
  ), counted as (
    insert into tracker_count_changes
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, 0, sum(reports), max(heard)
    from moved group by 1, 2, 3, 4, 5, 6, 7
  )
  insert into heard_count_changes
  select heard_quarter(waits_since, w.at), client_id, production_run_id, w.at is not null, sum(w.n)
  from moved cross join lateral (values (former, -1), (heard, 1)) as w (at, n)
  where is_made and production_run_id is not null and heard is distinct from former
  group by 1, 2, 3, 4 having sum(w.n) <> 0;
  perform count_trackers_anew(array_agg(distinct changed.tracker_id)) from (
    select tracker_id from (
      select tracker_id, status, run_period_id, last_reported_at is null as is_unheard,
        square_column(last_longitude) as x, square_row(last_latitude) as y, last_nearest_city_id as city from was
      union all
      select tracker_id, status, run_period_id, last_reported_at is null,
        square_column(last_longitude), square_row(last_latitude), last_nearest_city_id from present) each_one
    group by tracker_id, status, run_period_id, is_unheard, x, y, city having count(*) = 1) changed
  having count(*) > 0;
  return null;
end
$$;

create function count_moved_beginnings() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform count_trackers_anew(array_agg(distinct p.tracker_id)) from was w join present p on p.id = w.id
  where w.starts_at is distinct from p.starts_at having count(*) > 0;
  return null;
end
$$;
create trigger moved_beginnings_are_counted after update on run_periods
  referencing old table as was new table as present for each statement execute function count_moved_beginnings();

-- What goes with a tracker goes in any order: its reports first, while it is known where they count.
create or replace function uncount_reports() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update tracker_status set report_count = 0, last_reported_at = null
  where tracker_id = old.id and (report_count <> 0 or last_reported_at is not null);
  return old;
end
$$;

-- What is there is counted once.
alter table tracker_cells disable trigger user;
update tracker_cells c set waits_since = n.waits_since
from (
  select s.tracker_id, greatest(p.starts_at, case when s.last_reported_at is null then greatest(t.manufactured_at, a.allocated_at) end) as waits_since
  from tracker_status s join trackers t on t.id = s.tracker_id left join run_periods p on p.id = s.run_period_id
    left join device_allocations a on a.tracker_id = t.id and a.released_at is null) n
where n.tracker_id = c.tracker_id and n.waits_since is not null;
alter table tracker_cells enable trigger user;
insert into heard_count_changes
select heard_quarter(c.waits_since, s.last_reported_at), c.client_id, c.production_run_id, s.last_reported_at is not null, count(*)
from tracker_cells c join tracker_status s using (tracker_id)
where c.is_made and c.production_run_id is not null group by 1, 2, 3, 4;
create index tracker_cells_waits on tracker_cells (waits_since);
