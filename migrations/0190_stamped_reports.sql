-- Whose a report is, as columns: the run period that it counts in and that period's client, or null where it counts in
-- none, by its time or by the run's dates. What a client's user reads is a comparison.
-- Reports that are here already are -1 until a job has stamped their month; a constant default rewrites nothing.
alter table location_reports add column run_period_id bigint, add column client_id bigint default -1;
alter table location_reports alter column client_id set default null;

create table unstamped_months (
  month timestamptz primary key
);
insert into unstamped_months
select to_date(right(c.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC'
from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'location_reports'::regclass;
grant select on unstamped_months to console_user;
alter table unstamped_months enable row level security;
create policy staff on unstamped_months to console_staff using (true);

-- Called when no report is left without a stamp. It doesn't wait long for the table: readers would queue up behind it.
create function compare_report_stamps() returns void
  language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
begin
  alter policy client_read on location_reports
    using (console_client_id() is not null and client_id = console_client_id());
end
$$;
revoke all on function compare_report_stamps from public;
do $$
begin
  if exists (select from unstamped_months) then
    alter policy client_read on location_reports using (console_client_id() is not null
      and (client_id = console_client_id() or client_id = -1 and exists (
        select from run_periods p join production_runs run on run.id = p.production_run_id
        where p.tracker_id = location_reports.tracker_id and p.client_id = console_client_id() and p.voided_at is null
          and reported_at >= greatest(p.starts_at, run_starts_at(run)) and reported_at < least(p.ends_at, run_ends_at(run)))));
  else
    perform compare_report_stamps();
  end if;
end
$$;

-- Until the end of the transaction the stamps of these trackers stay as they are: whoever changes periods or the dates of
-- a run waits. Always in this order, so that two that hold can't deadlock. What comes after it must be another statement:
-- it reads what was committed while this one waited. A share lock on trackers would do as well, but each ingest would
-- write it to disk, while it writes tracker_status anyway.
create function hold_stamps(tracker_ids bigint[]) returns void language plpgsql as $$
begin
  perform from tracker_status where tracker_id = any(tracker_ids) order by tracker_id for no key update;
end
$$;

-- The stamps of reports of trackers at times, by their place from 1 on, for ingest; none for those that count nowhere. The
-- caller holds them. Volatile, so that periods are read as they are then, though its statement began before.
create function stamps_of(tracker_ids bigint[], times timestamptz[])
  returns table (place bigint, run_period_id bigint, client_id bigint) language plpgsql volatile as $$
begin
  return query
    select w.place, p.id, p.client_id
    from unnest(tracker_ids, times) with ordinality as w (tracker_id, at, place)
    join run_periods p on p.tracker_id = w.tracker_id and p.voided_at is null and w.at >= p.starts_at and w.at < p.ends_at
    join production_runs run on run.id = p.production_run_id and w.at >= run_starts_at(run) and w.at < run_ends_at(run);
end
$$;

-- Stamps reports of trackers again, each from a time on until another; the caller holds their stamps. Answers the
-- trackers of those that changed. By the primary key of each month that a stretch touches: a move from now reads none.
create function restamp_reports(tracker_ids bigint[], since timestamptz[], until timestamptz[]) returns setof bigint
  language plpgsql volatile set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return query
    with stretch as materialized (
      select * from unnest(tracker_ids, since, until) as s (tracker_id, since, until) where s.since < s.until
    ), own as materialized (
      select p.id, p.client_id, p.tracker_id, greatest(s.since, p.starts_at, run_starts_at(run)) as since,
        least(s.until, p.ends_at, run_ends_at(run)) as until
      from stretch s join run_periods p on p.tracker_id = s.tracker_id and p.voided_at is null
        and p.starts_at < s.until and p.ends_at > s.since
      join production_runs run on run.id = p.production_run_id
    ), theirs as (
      update location_reports r set run_period_id = o.id, client_id = o.client_id
      from own o
      where r.tracker_id = o.tracker_id and r.reported_at >= o.since and r.reported_at < o.until
        and r.run_period_id is distinct from o.id
      returning r.tracker_id
    ), nobodys as (
      update location_reports r set run_period_id = null, client_id = null
      from stretch s
      where r.tracker_id = s.tracker_id and r.reported_at >= s.since and r.reported_at < s.until
        and r.client_id is not null and not exists (select from own o
          where o.tracker_id = r.tracker_id and r.reported_at >= o.since and r.reported_at < o.until)
      returning r.tracker_id
    )
    select t.tracker_id from theirs t union select n.tracker_id from nobodys n;
end
$$;

-- Reports that move to another tracker, with the key that they were heard under, count in the periods of that one.
create function stamp_moved_report() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  select p.id, p.client_id into new.run_period_id, new.client_id
  from run_periods p join production_runs run on run.id = p.production_run_id
  where p.tracker_id = new.tracker_id and p.voided_at is null
    and new.reported_at >= greatest(p.starts_at, run_starts_at(run)) and new.reported_at < least(p.ends_at, run_ends_at(run));
  return new;
end
$$;
create trigger stamp_moved_report before update of tracker_id on location_reports
  for each row execute function stamp_moved_report();

create or replace function keep_present_periods() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  all_changed bigint[] := (select array_agg(distinct tracker_id) from changed);
  taken_over bigint[];
begin
  -- Dates of runs stay as they are until the end of the transaction.
  perform pg_advisory_xact_lock_shared(7240226);
  -- An engine that folds one of them, or ingest, has read its periods as they were: what it writes is waited for, and
  -- then stamped.
  perform hold_stamps(all_changed);
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
  -- The time that became another period's, or nobody's. A tracker that was just made has no report.
  if tg_op = 'UPDATE' then
    perform restamp_reports(array_agg(s.tracker_id), array_agg(s.since), array_agg(s.until)) from (
      select c.tracker_id, m.since, m.until
      from former f join changed c on c.id = f.id cross join lateral (
        select least(f.starts_at, c.starts_at) as since, greatest(f.starts_at, c.starts_at) as until
        where f.voided_at is null and c.voided_at is null
        union all
        select least(f.ends_at, c.ends_at), greatest(f.ends_at, c.ends_at)
        where f.voided_at is null and c.voided_at is null
        union all
        select c.starts_at, c.ends_at where (f.voided_at is null) <> (c.voided_at is null)
        union all
        select f.starts_at, f.ends_at where f.voided_at is null and c.voided_at is not null) m
      where m.since < m.until) s having count(*) > 0;
  else
    perform restamp_reports(array_agg(c.tracker_id), array_agg(c.starts_at), array_agg(c.ends_at))
    from changed c where c.began_by <> 'made' having count(*) > 0;
  end if;
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
drop trigger keep_present_periods_changed on run_periods;
create trigger keep_present_periods_changed after update on run_periods
  referencing old table as former new table as changed for each statement execute function keep_present_periods();

-- Other dates of a run change whose its reports are, and what of them its trackers tell, in the same transaction. What
-- was folded from reports that count no more is nobody's until it is folded again. Moves wait meanwhile, and ingest of
-- these trackers.
create function follow_run_dates() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  touched bigint[];
begin
  perform pg_advisory_xact_lock(7240226);
  perform hold_stamps(array_agg(p.tracker_id)) from run_periods p
  where p.production_run_id = new.id and p.voided_at is null;
  with stretch as (
    select least(was, is_now) as since, greatest(was, is_now) as until
    from (values (run_starts_at(old), run_starts_at(new)), (run_ends_at(old), run_ends_at(new))) as moved (was, is_now)
  ), period as (
    select p.tracker_id, p.starts_at, p.ends_at from trackers t join run_periods p on p.tracker_id = t.id
    where t.production_run_id = new.id and p.voided_at is null and p.ends_at = 'infinity'
    union all
    select p.tracker_id, p.starts_at, p.ends_at from run_periods p
    where p.production_run_id = new.id and p.voided_at is null and p.ends_at < 'infinity'
  )
  select array_agg(distinct changed.id) into touched from (
    select restamp_reports(array_agg(p.tracker_id), array_agg(greatest(s.since, p.starts_at)),
      array_agg(least(s.until, p.ends_at))) as id
    from period p cross join stretch s where p.starts_at < s.until and p.ends_at > s.since having count(*) > 0) changed;
  if touched is null then
    return null;
  end if;
  update status_history h set client_id = w.client_id
  from (select o.id, case when p.voided_at is null and o.entered_at >= greatest(p.starts_at, run_starts_at(new))
      and o.entered_at < least(p.ends_at, run_ends_at(new)) then p.client_id end as client_id
    from status_history o join run_periods p on p.id = o.run_period_id
    where o.tracker_id = any(touched) and o.production_run_id = new.id) w
  where h.id = w.id and h.client_id is distinct from w.client_id;
  update tracker_aggregates a set client_id = null from run_periods p
  where a.tracker_id = any(touched) and p.id = a.run_period_id and p.production_run_id = new.id
    and a.client_id is not null and (a.first_reported_at < run_starts_at(new) or a.last_reported_at >= run_ends_at(new));
  update deliveries d set client_id = null
  where d.tracker_id = any(touched) and d.production_run_id = new.id and d.client_id is not null
    and (d.entered_at < run_starts_at(new) or d.confirmed_at >= run_ends_at(new));
  perform tell_own_periods(touched);
  return null;
end
$$;
create trigger follow_run_dates after update of start_date, end_date, time_zone on production_runs
  for each row when ((old.start_date, old.end_date, old.time_zone) is distinct from (new.start_date, new.end_date, new.time_zone))
  execute function follow_run_dates();
