-- Settings of the status rules that finished runs keep: those in force at their end, where they were changed later.

create table run_status_rules (
  production_run_id bigint primary key references production_runs (id) on delete cascade,
  exit_confirmations integer not null check (exit_confirmations between 1 and 10),
  max_accuracy_m double precision check (max_accuracy_m >= 0),
  kept_at timestamptz not null
);
alter table run_status_rules enable row level security;
create policy staff on run_status_rules to console_staff using (true);
grant select, insert, update, delete on run_status_rules to console_user;

-- How many trackers of a run entered a status in an hour or a day is counted in its history.
create index status_history_run on status_history (production_run_id, entered_at) where superseded_at is null;
