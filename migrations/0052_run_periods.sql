-- When a tracker belonged to which production run: half-open periods [starts_at, ends_at), no two of one tracker
-- overlapping. trackers.production_run_id and client_id stay as those of the present period, which has no end.
alter table production_runs add constraint production_runs_of_client unique (id, client_id);
create table run_periods (
  id bigint generated always as identity primary key,
  tracker_id bigint not null references trackers on delete cascade,
  production_run_id bigint not null,
  client_id bigint not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null default 'infinity',
  began_by text not null check (began_by in ('made', 'assignment', 'allocation', 'undo')),
  ended_by text check (ended_by in ('assignment', 'allocation', 'undo')),
  -- Worked out from what was kept before periods were.
  is_guessed boolean not null default false,
  -- Kept for the audit; counts nowhere.
  voided_at timestamptz,
  constraint run_periods_run foreign key (production_run_id, client_id) references production_runs (id, client_id),
  constraint run_periods_hold_time check (voided_at is not null or starts_at < ends_at),
  -- A range of one id is what GiST compares without an extension. Checked at the end of a statement.
  constraint run_periods_apart exclude using gist (int8range(tracker_id, tracker_id, '[]') with &&,
    tstzrange(starts_at, ends_at) with &&) where (voided_at is null) deferrable initially immediate
);
create index run_periods_tracker on run_periods (tracker_id, starts_at);
create index run_periods_client on run_periods (client_id, tracker_id) where voided_at is null;
-- Those that moved on: who is in a run now is told by trackers.
create index run_periods_past on run_periods (production_run_id, tracker_id) where voided_at is null and ends_at < 'infinity';
grant select, insert, update on run_periods to console_user;
alter table run_periods enable row level security;
create policy staff on run_periods to console_staff using (true);
create policy client_read on run_periods for select to console_user
  using (console_client_id() is not null and client_id = console_client_id() and voided_at is null);

-- What was known until now. A past run says when it was left, and that nothing else lay between the one before and it.
-- When it began is told by the move or the scan into it. A move says the clock of its console, so minutes don't matter.
create temporary table known_moves on commit drop as
  select moved.id::bigint as tracker_id, a.resource_id::bigint as run_id, null::bigint as from_run, a.at
  from audit_log a cross join lateral jsonb_array_elements_text(
    case when jsonb_typeof(a.details -> 'moved') = 'array' then a.details -> 'moved' else '[]' end) as moved(id)
  where a.action = 'trackers.assign'
  union all
  select a.tracker_id, o.production_run_id, a.previous_production_run_id, a.allocated_at
  from device_allocations a join customer_orders o on o.id = a.customer_order_id
  where o.production_run_id is not null and o.production_run_id is distinct from a.previous_production_run_id;
create temporary table known_spells on commit drop as
  select tracker_id, production_run_id as run_id, starts_at, ends_at from tracker_past_runs
  union all
  select t.id, t.production_run_id,
    coalesce((select max(ends_at) from tracker_past_runs p where p.tracker_id = t.id), '-infinity'), 'infinity'
  from trackers t where t.production_run_id is not null;
create temporary table known_periods (tracker_id bigint, run_id bigint, starts_at timestamptz, ends_at timestamptz,
  is_guessed boolean) on commit drop;

-- After a past run: from its end when there was a move then, from the last move into it when the tracker was out of any
-- run before, and from the end of the run before when nothing tells.
insert into known_periods
select s.tracker_id, s.run_id, coalesce(direct.at, later.at, s.starts_at), s.ends_at, coalesce(direct.at, later.at) is null
from known_spells s
left join lateral (
  select s.starts_at as at from known_moves m where m.tracker_id = s.tracker_id and m.run_id = s.run_id
    and m.at between s.starts_at - interval '5 minutes' and s.starts_at + interval '5 minutes' limit 1) direct on true
left join lateral (
  select max(m.at) as at from known_moves m where m.tracker_id = s.tracker_id and m.run_id = s.run_id
    and m.at > s.starts_at and m.at < s.ends_at) later on true
where s.starts_at > '-infinity';

-- The first one may be several: past runs are kept only since migration 0037.
with event as (
  select m.tracker_id, m.run_id, m.from_run, m.at, s.run_id as spell_run, s.ends_at,
    row_number() over w as place, lead(m.at) over w as next_at
  from known_spells s join known_moves m on m.tracker_id = s.tracker_id and m.at < s.ends_at
    and (s.ends_at = 'infinity' or m.at < s.ends_at - interval '5 minutes')
  where s.starts_at = '-infinity'
  window w as (partition by m.tracker_id order by m.at, m.run_id)
), piece as (
  -- What a scan said the tracker was in before: nobody knows since when.
  select tracker_id, from_run as run_id, '-infinity'::timestamptz as starts_at, at as ends_at, true as is_guessed
  from event where place = 1 and from_run is not null
  union all
  select tracker_id, run_id, case when place = 1 and from_run is null then '-infinity' else at end,
    coalesce(next_at, ends_at), false
  from event where run_id is not null and (next_at is not null or run_id = spell_run)
  union all
  -- It was left later, so it was in that run then; the last known move was into another.
  select tracker_id, spell_run, at, ends_at, true from event where next_at is null and run_id is distinct from spell_run
)
insert into known_periods
select p.tracker_id, p.run_id, p.starts_at, p.ends_at, p.is_guessed
from piece p join production_runs r on r.id = p.run_id where p.starts_at < p.ends_at
union all
select s.tracker_id, s.run_id, s.starts_at, s.ends_at, false from known_spells s
where s.starts_at = '-infinity' and not exists (select from event e where e.tracker_id = s.tracker_id);

-- Periods of one run that touch are one.
insert into run_periods (tracker_id, production_run_id, client_id, starts_at, ends_at, began_by, ended_by, is_guessed)
select k.tracker_id, k.run_id, r.client_id, min(k.starts_at), max(k.ends_at), 'assignment',
  case when max(k.ends_at) < 'infinity' then 'assignment' end, bool_or(k.is_guessed)
from (
  select k.*, sum(begins) over (partition by tracker_id order by starts_at) as number
  from (select k.*, case when lag(run_id) over w = run_id and lag(ends_at) over w = starts_at then 0 else 1 end as begins
    from known_periods k window w as (partition by tracker_id order by starts_at)) k) k
join production_runs r on r.id = k.run_id
group by k.tracker_id, k.run_id, k.number, r.client_id
order by k.tracker_id, min(k.starts_at);
drop table known_moves, known_spells, known_periods;

-- An allocation remembers the periods that it opened, ended or replaced: undo goes by that.
alter table device_allocations
  add column opened_period_id bigint references run_periods,
  add column ended_period_id bigint references run_periods,
  add column replaced_period_id bigint references run_periods;
update device_allocations a set opened_period_id = p.id, ended_period_id = (
  select e.id from run_periods e where e.tracker_id = p.tracker_id and e.ends_at = p.starts_at)
from run_periods p, customer_orders o
where o.id = a.customer_order_id and a.released_at is null and p.tracker_id = a.tracker_id and p.ends_at = 'infinity'
  and p.production_run_id = o.production_run_id and a.previous_production_run_id is distinct from o.production_run_id
  and (p.starts_at = '-infinity' or p.starts_at >= a.allocated_at - interval '5 minutes');
alter table device_allocations drop column previous_production_run_id;

-- A tracker that is made for a run is its from the beginning. By its name, after the trigger that makes tracker_status.
create function begin_first_periods() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into run_periods (tracker_id, production_run_id, client_id, starts_at, began_by)
  select id, production_run_id, client_id, '-infinity', 'made' from inserted where production_run_id is not null order by id;
  return null;
end
$$;
create trigger trackers_begin_periods after insert on trackers referencing new table as inserted
  for each statement execute function begin_first_periods();

-- Position, battery and count of trackers are those of their client's own periods: nothing of another's is told.
create function tell_own_periods(tracker_ids bigint[]) returns void language sql as $$
  update tracker_status s set last_reported_at = own.reported_at, last_position = own.position,
    last_horizontal_accuracy_m = own.horizontal_accuracy_m, last_battery_level = own.battery,
    last_nearest_city_id = own.nearest_city_id, last_nearest_city_distance_m = own.nearest_city_distance_m,
    report_count = (
      select count(*) from run_periods o join production_runs run on run.id = o.production_run_id
      join location_reports r on r.tracker_id = o.tracker_id
        and r.reported_at >= greatest(o.starts_at, run_starts_at(run)) and r.reported_at < least(o.ends_at, run_ends_at(run))
      where o.tracker_id = t.id and o.client_id = t.client_id and o.voided_at is null)
  from trackers t left join lateral (
    select r.*, case when r.status_byte & 32 = 32
      then (array['full', 'medium', 'low', 'very-low'])[((r.status_byte >> 6) & 3) + 1] end as battery
    from run_periods o join production_runs run on run.id = o.production_run_id
    join location_reports r on r.tracker_id = o.tracker_id
      and r.reported_at >= greatest(o.starts_at, run_starts_at(run)) and r.reported_at < least(o.ends_at, run_ends_at(run))
    where o.tracker_id = t.id and o.client_id = t.client_id and o.voided_at is null and r.position is not null
    order by r.reported_at desc, r.payload_hash desc limit 1) own on true
  where t.id = any(tracker_ids) and s.tracker_id = t.id
$$;

-- The one place that writes what trackers keep of their present period, and what is told of them by it.
create function keep_present_periods() returns trigger language plpgsql security definer set search_path = public as $$
declare
  taken_over bigint[];
begin
  with present as (
    select t.id, t.client_id as was, p.production_run_id as run_id, p.client_id
    from (select distinct tracker_id from changed) c join trackers t on t.id = c.tracker_id
    left join run_periods p on p.tracker_id = t.id and p.voided_at is null and p.ends_at = 'infinity'
    where t.production_run_id is distinct from p.production_run_id
  ), moved as (
    update trackers t set production_run_id = p.run_id from present p where t.id = p.id
  )
  select array_agg(id) into taken_over from present where client_id is not null and client_id is distinct from was;
  if taken_over is not null then
    perform tell_own_periods(taken_over);
  end if;
  return null;
end
$$;
create trigger keep_present_periods_begun after insert on run_periods referencing new table as changed
  for each statement execute function keep_present_periods();
create trigger keep_present_periods_changed after update on run_periods referencing new table as changed
  for each statement execute function keep_present_periods();

create function refuse_run_without_period() returns trigger language plpgsql as $$
begin
  if new.production_run_id is distinct from (select p.production_run_id from run_periods p
      where p.tracker_id = new.id and p.voided_at is null and p.ends_at = 'infinity') then
    raise exception 'the run of tracker % is that of its present period', new.id using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create trigger refuse_run_without_period after update of production_run_id, client_id on trackers
  for each row when (old.production_run_id is distinct from new.production_run_id) execute function refuse_run_without_period();

-- Past runs are periods now. A report, an entry and an hour are seen by the client in whose period they lie.
drop trigger tracker_left_run on trackers;
drop function tracker_left_run;
drop policy client_read on location_reports;
create policy client_read on location_reports for select to console_user using (console_client_id() is not null
  and exists (
    select from run_periods p join production_runs run on run.id = p.production_run_id
    where p.tracker_id = location_reports.tracker_id and p.client_id = console_client_id() and p.voided_at is null
      and reported_at >= greatest(p.starts_at, run_starts_at(run)) and reported_at < least(p.ends_at, run_ends_at(run))));
drop policy client_read on status_history;
create policy client_read on status_history for select to console_user using (console_client_id() is not null
  and exists (
    select from run_periods p
    where p.tracker_id = status_history.tracker_id and p.client_id = console_client_id() and p.voided_at is null
      and p.production_run_id = status_history.production_run_id and entered_at >= p.starts_at and entered_at < p.ends_at));
drop policy client_read on tracker_aggregates;
create policy client_read on tracker_aggregates for select to console_user using (console_client_id() is not null
  and exists (
    select from run_periods p
    where p.tracker_id = tracker_aggregates.tracker_id and p.client_id = console_client_id() and p.voided_at is null
      and first_reported_at >= p.starts_at and last_reported_at < p.ends_at));
drop policy client_read on tracker_status;
create policy client_read on tracker_status for select to console_user using (console_client_id() is not null
  and exists (select from trackers t where t.id = tracker_id and t.client_id = console_client_id()));
drop table tracker_past_runs;

-- Trackers that another client had too are told by their own periods from now on.
select tell_own_periods(array_agg(tracker_id)) from (
  select tracker_id from run_periods group by tracker_id having count(distinct client_id) > 1) moved;
