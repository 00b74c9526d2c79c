-- A move of a tracker at an instant to come. It is a run period only when it has begun, so that nothing else has to know
-- of it: a client's user doesn't.
create table planned_periods (
  id bigint generated always as identity primary key,
  tracker_id bigint not null references trackers on delete cascade,
  -- Null: out of any run from then on.
  production_run_id bigint references production_runs,
  begins_at timestamptz not null,
  planned_by bigint references users on delete set null,
  planned_at timestamptz not null,
  begun_at timestamptz,
  cancelled_at timestamptz,
  check (begun_at is null or cancelled_at is null)
);
-- One planned period a tracker.
create unique index planned_periods_open on planned_periods (tracker_id) where begun_at is null and cancelled_at is null;
create index planned_periods_due on planned_periods (begins_at) where begun_at is null and cancelled_at is null;
create index planned_periods_run on planned_periods (production_run_id) where begun_at is null and cancelled_at is null;
grant select, insert, update on planned_periods to console_user;
alter table planned_periods enable row level security;
create policy staff on planned_periods to console_staff using (true);

-- Run periods that a later change of the order's run opened: an undo takes them back too, the latest first.
alter table device_allocations add column moved_period_ids bigint[] not null default '{}';
