-- An alert belongs to a run period and ends with it. What was found outside of its period is nobody's.
alter table alerts
  add column run_period_id bigint references run_periods on delete cascade,
  alter column client_id drop not null;
update alerts a set run_period_id = p.id from run_periods p
where p.tracker_id = a.tracker_id and p.voided_at is null and p.production_run_id = a.production_run_id
  and a.evidence_at >= p.starts_at and a.evidence_at < p.ends_at;
update alerts a set run_period_id = p.id from run_periods p
where a.run_period_id is null and a.resolved_at is null and p.tracker_id = a.tracker_id and p.voided_at is null
  and p.production_run_id = a.production_run_id and p.ends_at = 'infinity';
update alerts a set resolved_at = greatest(a.raised_at, p.ends_at) from run_periods p
where p.id = a.run_period_id and a.resolved_at is null and p.ends_at < 'infinity';
update alerts set resolved_at = greatest(raised_at, now())
where resolved_at is null and tracker_id is not null and run_period_id is null;

create function end_alerts(tracker_ids bigint[]) returns void language sql as $$
  update alerts a set resolved_at = coalesce(a.resolved_at, now.ended_at), client_id = now.client_id
  from alerts o join run_periods p on p.id = o.run_period_id cross join lateral (select
    case when p.voided_at is not null then greatest(o.raised_at, p.voided_at)
      when p.ends_at < 'infinity' then greatest(o.raised_at, p.ends_at) end as ended_at,
    case when p.voided_at is null and o.evidence_at >= p.starts_at and o.evidence_at < p.ends_at then p.client_id end
      as client_id) now
  where o.tracker_id = any(tracker_ids) and a.id = o.id
    and (o.resolved_at is null and now.ended_at is not null or o.client_id is distinct from now.client_id)
$$;

-- Who enters a run period is due now, with factor 1 and no streak. The queue follows those that are marked.
alter table fetch_states add column entered_at timestamptz;
create index fetch_states_entered on fetch_states (tracker_id) where entered_at is not null;
create function enter_periods(tracker_ids bigint[], at timestamptz) returns void
  language plpgsql security definer set search_path = public as $$
begin
  perform from fetch_states where tracker_id = any(tracker_ids) order by tracker_id for no key update;
  update fetch_states set next_due_at = least(next_due_at, at), factor = 1, streak = 0, absent_once = false,
    entered_at = at
  where tracker_id = any(tracker_ids);
end
$$;

create or replace function keep_present_periods() returns trigger language plpgsql security definer set search_path = public as $$
declare
  all_changed bigint[] := (select array_agg(distinct tracker_id) from changed);
  taken_over bigint[];
begin
  -- An engine that folds one of them has read its periods as they were: what it writes is waited for, and then stamped.
  perform from tracker_status where tracker_id = any(all_changed) order by tracker_id for no key update;
  -- Status begins anew with a period.
  update tracker_status s set run_period_id = p.id, status = 'UNKNOWN', location_id = null, status_since = null,
    folded_at = null, folded_hash = null, exit_streak = 0, exit_since = null
  from trackers t left join run_periods p on p.tracker_id = t.id and p.voided_at is null and p.ends_at = 'infinity'
  where t.id = any(all_changed) and s.tracker_id = t.id and s.run_period_id is distinct from p.id;
  with present as (
    select t.id, t.client_id as was, p.production_run_id as run_id, p.client_id
    from trackers t
    left join run_periods p on p.tracker_id = t.id and p.voided_at is null and p.ends_at = 'infinity'
    where t.id = any(all_changed) and t.production_run_id is distinct from p.production_run_id
  ), moved as (
    update trackers t set production_run_id = p.run_id from present p where t.id = p.id
  )
  select array_agg(id) into taken_over from present where client_id is not null and client_id is distinct from was;
  perform restamp_history(all_changed);
  perform end_alerts(all_changed);
  if taken_over is not null then
    perform tell_own_periods(taken_over);
  end if;
  return null;
end
$$;
