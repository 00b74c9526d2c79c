-- How many trackers were last heard where is known without reading them, as how many there are: by squares of the world, 4096
-- each way in Web Mercator, that a map far out draws its clusters and its heat from. One that stands still, or moves within
-- its square, changes nothing here.
create function square_column(longitude double precision) returns smallint language sql immutable parallel safe strict as $$
  select least(4095, floor((longitude + 180) / 360 * 4096))::smallint
$$;
create function square_row(latitude double precision) returns smallint language sql immutable parallel safe strict as $$
  select greatest(0, least(4095, floor((0.5 - ln(tan(pi() / 4
    + radians(least(greatest(latitude, -85.0511287798066), 85.0511287798066)) / 2)) / (2 * pi())) * 4096)))::smallint
$$;

alter table tracker_cells add column square_x smallint, add column square_y smallint, add column city_id integer;

-- `ids` is the sum of the trackers' ids: where there is one, which.
create table place_count_changes (
  x smallint not null,
  y smallint not null,
  client_id bigint,
  production_run_id bigint,
  status text not null,
  city_id integer,
  trackers bigint not null,
  ids bigint not null
);
-- Squares of 4096 each way (level 12), and of 512 (level 9).
create table place_count_sums (
  level smallint not null,
  like place_count_changes,
  unique nulls not distinct (level, x, y, production_run_id, client_id, status, city_id)
);
create index place_count_sums_gone on place_count_sums (level) where trackers = 0;

do $$
declare
  made text;
begin
  foreach made in array array['place_count_sums', 'place_count_changes'] loop
    execute format('alter table %I enable row level security', made);
    execute format('create policy staff on %I to console_staff using (true)', made);
    execute format('create policy client_read on %I for select to console_user using (client_id = console_client_id())', made);
  end loop;
end
$$;
grant select on place_count_sums, place_count_changes to console_user;

-- Of what a statement changed, by tracker: what cancels out by its cell hasn't changed there, though it may have moved.
create or replace function note_count_changes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    insert into tracker_count_changes
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, -count(*),
      -coalesce(sum((select s.report_count from tracker_status s where s.tracker_id = was.tracker_id)), 0)
    from was group by 1, 2, 3, 4, 5, 6, 7;
    insert into place_count_changes
    select square_x, square_y, client_id, production_run_id, status, city_id, -count(*), -sum(tracker_id)
    from was where square_x is not null and not is_retired group by 1, 2, 3, 4, 5, 6;
  elsif tg_op = 'INSERT' then
    insert into tracker_count_changes
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, count(*),
      coalesce(sum((select s.report_count from tracker_status s where s.tracker_id = present.tracker_id)), 0),
      max((select s.last_reported_at from tracker_status s where s.tracker_id = present.tracker_id))
    from present group by 1, 2, 3, 4, 5, 6, 7;
    insert into place_count_changes
    select square_x, square_y, client_id, production_run_id, status, city_id, count(*), sum(tracker_id)
    from present where square_x is not null and not is_retired group by 1, 2, 3, 4, 5, 6;
  else
    insert into tracker_count_changes
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, sum(n),
      coalesce(sum(n * (select s.report_count from tracker_status s where s.tracker_id = changed.tracker_id)), 0),
      max((select s.last_reported_at from tracker_status s where s.tracker_id = changed.tracker_id)) filter (where n = 1)
    from (
      select tracker_id, client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, sum(n) as n from (
        select *, -1 as n from was union all select *, 1 from present) each_one
      group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(n) <> 0) changed
    group by 1, 2, 3, 4, 5, 6, 7;
    insert into place_count_changes
    select square_x, square_y, client_id, production_run_id, status, city_id, sum(n), sum(n * tracker_id) from (
      select *, -1 as n from was union all select *, 1 from present) each_one
    where square_x is not null and not is_retired
    group by 1, 2, 3, 4, 5, 6 having sum(n) <> 0 or sum(n * tracker_id) <> 0;
  end if;
  return null;
end
$$;

create or replace function count_trackers_anew(tracker_ids bigint[]) returns void language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  perform from tracker_status where tracker_id = any(tracker_ids) order by tracker_id for no key update;
  update tracker_cells c set client_id = n.client_id, production_run_id = n.production_run_id, key_batch_id = n.key_batch_id,
    is_made = n.is_made, is_allocated = n.is_allocated, is_retired = n.is_retired, status = n.status,
    square_x = n.square_x, square_y = n.square_y, city_id = n.city_id
  from (
    select t.id, t.client_id, t.production_run_id, t.key_batch_id, t.mac_address is not null as is_made,
      exists (select from device_allocations a where a.tracker_id = t.id and a.released_at is null) as is_allocated,
      t.retired_at is not null as is_retired, s.status,
      square_column(s.last_longitude) as square_x, square_row(s.last_latitude) as square_y, s.last_nearest_city_id as city_id
    from trackers t join tracker_status s on s.tracker_id = t.id where t.id = any(tracker_ids) offset 0) n
  where c.tracker_id = n.id
    and (c.client_id, c.production_run_id, c.key_batch_id, c.is_made, c.is_allocated, c.is_retired, c.status,
        c.square_x, c.square_y, c.city_id) is distinct from
      (n.client_id, n.production_run_id, n.key_batch_id, n.is_made, n.is_allocated, n.is_retired, n.status,
        n.square_x, n.square_y, n.city_id);
end
$$;

-- Reports count in the cell that the tracker is in; then it is counted anew, with all of them, where its status or its place has changed.
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
  perform count_trackers_anew(array_agg(distinct changed.tracker_id)) from (
    select tracker_id from (
      select tracker_id, status, square_column(last_longitude) as x, square_row(last_latitude) as y, last_nearest_city_id as city from was
      union all
      select tracker_id, status, square_column(last_longitude), square_row(last_latitude), last_nearest_city_id from present) each_one
    group by tracker_id, status, x, y, city having count(*) = 1) changed
  having count(*) > 0;
  return null;
end
$$;

-- What is there is counted once.
alter table tracker_cells disable trigger note_counted_otherwise;
update tracker_cells c set square_x = square_column(s.last_longitude), square_y = square_row(s.last_latitude), city_id = s.last_nearest_city_id
from tracker_status s where s.tracker_id = c.tracker_id and s.last_longitude is not null;
alter table tracker_cells enable trigger note_counted_otherwise;
insert into place_count_sums
select level, square_x >> 12 - level, square_y >> 12 - level, client_id, production_run_id, status, city_id, count(*), sum(tracker_id)
from tracker_cells, unnest(array[9, 12]) as level
where square_x is not null and not is_retired group by 1, 2, 3, 4, 5, 6, 7;
