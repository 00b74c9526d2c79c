-- History, sums and deliveries belong to a run period, and say whose client's it is: what a client reads is a comparison
-- of columns. A row whose time is no client's any more (its period was corrected) has none until it is folded again.
alter table status_history
  add column run_period_id bigint references run_periods on delete cascade,
  add column client_id bigint,
  -- When its tracker ceased to be counted in this status of the run: not when the period ends, but when it comes back.
  add column uncounted_at timestamptz;
update status_history h set run_period_id = p.id, client_id = p.client_id,
  uncounted_at = case when h.superseded_at is null then h.left_at end
from run_periods p
where p.tracker_id = h.tracker_id and p.voided_at is null and p.production_run_id = h.production_run_id
  and h.entered_at >= p.starts_at and h.entered_at < p.ends_at;
update status_history set uncounted_at = left_at where superseded_at is null and run_period_id is null;
create index status_history_open on status_history (production_run_id) where superseded_at is null and left_at is null;

alter table tracker_aggregates
  add column run_period_id bigint references run_periods on delete cascade,
  add column client_id bigint;
update tracker_aggregates a set run_period_id = p.id, client_id = p.client_id
from run_periods p
where p.tracker_id = a.tracker_id and p.voided_at is null
  and a.first_reported_at >= p.starts_at and a.first_reported_at < p.ends_at;
delete from tracker_aggregates where run_period_id is null;
alter table tracker_aggregates
  drop constraint tracker_aggregates_pkey,
  add primary key (tracker_id, period, bucket_start, run_period_id);

alter table deliveries
  add column run_period_id bigint references run_periods on delete cascade,
  add column client_id bigint;
update deliveries d set run_period_id = p.id, client_id = p.client_id
from run_periods p
where p.tracker_id = d.tracker_id and p.voided_at is null and p.production_run_id = d.production_run_id
  and d.entered_at >= p.starts_at and d.entered_at < p.ends_at;
delete from deliveries where run_period_id is null;
alter table deliveries
  drop constraint deliveries_pkey,
  add primary key (tracker_id, run_period_id);
create index deliveries_client on deliveries (client_id, confirmed_at);

-- The period that a tracker's status is of.
alter table tracker_status add column run_period_id bigint references run_periods on delete set null;
update tracker_status s set run_period_id = p.id
from run_periods p where p.tracker_id = s.tracker_id and p.voided_at is null and p.ends_at = 'infinity';

drop policy client_read on status_history;
create policy client_read on status_history for select to console_user
  using (console_client_id() is not null and client_id = console_client_id());
drop policy client_read on tracker_aggregates;
create policy client_read on tracker_aggregates for select to console_user
  using (console_client_id() is not null and client_id = console_client_id());
drop policy client_read on deliveries;
create policy client_read on deliveries for select to console_user
  using (console_client_id() is not null and client_id = console_client_id());

-- In the transaction of an edit: what is no longer in a period of its client is nobody's, and nothing lasts beyond it.
create function restamp_history(tracker_ids bigint[]) returns void language sql as $$
  update status_history h set client_id = p.client_id,
    left_at = case when h.left_at > p.ends_at or (h.left_at is null and p.ends_at < 'infinity') then p.ends_at else h.left_at end
  from status_history o left join run_periods p on p.tracker_id = o.tracker_id and p.voided_at is null
    and p.production_run_id = o.production_run_id and o.entered_at >= p.starts_at and o.entered_at < p.ends_at
  where o.tracker_id = any(tracker_ids) and h.id = o.id
    and (o.client_id is distinct from p.client_id or o.left_at > p.ends_at or (o.left_at is null and p.ends_at < 'infinity'));
  update tracker_aggregates a set client_id = null
  where a.tracker_id = any(tracker_ids) and a.client_id is not null and not exists (
    select from run_periods p where p.id = a.run_period_id and p.voided_at is null
      and a.first_reported_at >= p.starts_at and a.last_reported_at < p.ends_at);
  update deliveries d set client_id = null
  where d.tracker_id = any(tracker_ids) and d.client_id is not null and not exists (
    select from run_periods p where p.id = d.run_period_id and p.voided_at is null
      and d.entered_at >= p.starts_at and d.confirmed_at < p.ends_at);
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
  if taken_over is not null then
    perform tell_own_periods(taken_over);
  end if;
  return null;
end
$$;

-- Only where there is more than one period, or what is stored lies in none, is history folded again.
insert into status_pending as q (tracker_id, fold_from, reason, queued_at)
select t.id, '-infinity', 'run changed', now() from trackers t
where (select count(*) from run_periods p where p.tracker_id = t.id and p.voided_at is null) > 1
  or exists (select from status_history h where h.tracker_id = t.id and h.superseded_at is null and h.run_period_id is null)
order by t.id
on conflict (tracker_id) do update set fold_from = excluded.fold_from, fold_to = 'infinity', reason = excluded.reason;

-- Who is or was in a run, each once, with the last status of the latest period there.
create view run_trackers with (security_invoker = true) as
  select t.production_run_id, t.id as tracker_id, t.mac_address is not null as is_made, s.status, true as is_present
  from trackers t join tracker_status s on s.tracker_id = t.id where t.production_run_id is not null
  union all
  select p.production_run_id, p.tracker_id, true, coalesce((
      select h.status from status_history h
      where h.tracker_id = p.tracker_id and h.run_period_id = p.id and h.superseded_at is null
      order by h.cause_reported_at desc, h.cause_payload_hash desc limit 1), 'UNKNOWN'), false
  from run_periods p
  where p.voided_at is null and p.ends_at < 'infinity' and not exists (
    select from run_periods l where l.tracker_id = p.tracker_id and l.voided_at is null
      and l.production_run_id = p.production_run_id and l.starts_at > p.starts_at);
grant select on run_trackers to console_user;

-- Of the tracker itself a client sees what its label says, also when it has moved on. Read as the owner, for that reason.
create view tracker_labels with (security_barrier = true) as
  select t.id, t.mac_address, t.serial_number
  from trackers t cross join lateral (
    select exists (select from run_periods p
      where p.tracker_id = t.id and p.client_id = console_client_id() and p.voided_at is null) as held) own
  where pg_has_role(current_user, 'console_staff', 'usage') or t.client_id = console_client_id() or own.held;
grant select on tracker_labels to console_user;
