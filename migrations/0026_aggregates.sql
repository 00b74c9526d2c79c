-- Days are read across trackers (the charts), hours only per tracker. As one index of both, the planner took it for the
-- hours of one tracker's day, and read those of all trackers; and every hour paid for a second index.
drop index tracker_aggregates_bucket;
create index tracker_aggregates_day on tracker_aggregates (bucket_start) where period = 'day';

-- Changes of status in a run by UTC hour: how many trackers entered a status, and how many left it. How many are in it
-- at the end of an hour is the sum of the differences up to there, so that a late report touches only the hours whose
-- entries it changes. Written by the fold, in its transaction.
create table run_status_changes (
  production_run_id bigint not null references production_runs on delete cascade,
  bucket_start timestamptz not null,
  status text not null check (status in ('IN_TRANSIT', 'IN_STORAGE', 'DELIVERED')),
  entered bigint not null,
  left_count bigint not null,
  primary key (production_run_id, bucket_start, status)
);
insert into run_status_changes (production_run_id, bucket_start, status, entered, left_count)
select h.production_run_id, date_trunc('hour', step.at, 'UTC'), h.status, sum(step.entered), sum(step.left_count)
from status_history h cross join lateral (values (h.entered_at, 1, 0), (h.left_at, 0, 1)) as step (at, entered, left_count)
where h.superseded_at is null and h.production_run_id is not null and step.at is not null
group by 1, 2, 3;

-- What a tracker is folded again for: fences as they were and as they are, [{longitude, latitude, reachM}]. The fold goes
-- back to the first report within one of them; null where it is known from when on.
alter table status_pending add column reach jsonb;
-- The job that shows how far a refold has come.
alter table status_pending add column refold_job_id bigint references jobs on delete set null;
create index status_pending_refold on status_pending (refold_job_id) where refold_job_id is not null;

grant select on run_status_changes to console_user;
alter table run_status_changes enable row level security;
create policy staff on run_status_changes to console_staff using (true);
create policy client_read on run_status_changes for select to console_user using (console_client_id() is not null
  and exists (select from production_runs r where r.id = production_run_id and r.client_id = console_client_id()));
