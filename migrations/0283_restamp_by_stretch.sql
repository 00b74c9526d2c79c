-- The time that is nobody's is worked out as stretches too. Each report was held against the periods of all trackers: hours
-- for a run with two hundred thousand reports whose dates changed.
create or replace function restamp_reports(tracker_ids bigint[], since timestamptz[], until timestamptz[]) returns setof bigint
  language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return query
    with stretch as materialized (
      select s.tracker_id, s.since, s.until, s.place
      from unnest(tracker_ids, since, until) with ordinality as s (tracker_id, since, until, place) where s.since < s.until
    ), own as materialized (
      select s.place, s.since as begins, p.id, p.client_id, p.tracker_id, greatest(s.since, p.starts_at, run_starts_at(run)) as since,
        least(s.until, p.ends_at, run_ends_at(run)) as until
      from stretch s join run_periods p on p.tracker_id = s.tracker_id and p.voided_at is null
        and p.starts_at < s.until and p.ends_at > s.since
      join production_runs run on run.id = p.production_run_id
    ), gap as materialized (
      -- What lies before each own time and after the last; no two of a tracker overlap.
      select g.tracker_id, g.since, g.until from (
        select b.tracker_id, b.since as until,
          lag(b.until, 1, b.begins) over (partition by b.place order by b.since, b.until) as since
        from (
          select o.place, o.tracker_id, o.since, o.until, o.begins from own o where o.since < o.until
          union all
          select s.place, s.tracker_id, s.until, s.until, s.since from stretch s) b) g
      where g.since < g.until
    ), theirs as (
      update location_reports r set run_period_id = o.id, client_id = o.client_id
      from own o
      where r.tracker_id = o.tracker_id and r.reported_at >= o.since and r.reported_at < o.until
        and r.run_period_id is distinct from o.id
      returning r.tracker_id
    ), nobodys as (
      update location_reports r set run_period_id = null, client_id = null
      from gap g
      where r.tracker_id = g.tracker_id and r.reported_at >= g.since and r.reported_at < g.until
        and r.client_id is not null
      returning r.tracker_id
    )
    select t.tracker_id from theirs t union select n.tracker_id from nobodys n;
end
$$;
