-- New reports are folded before what waits because rules, fences or runs changed, however much that is.
alter table status_pending add column reports_at timestamptz;
update status_pending set reports_at = queued_at where reason = 'reports';

-- Each in the order that it is taken in, so that a batch reads no more than itself.
drop index status_pending_order;
create index status_pending_reports on status_pending (reports_at, tracker_id) where reports_at is not null;
create index status_pending_others on status_pending (queued_at, tracker_id) where reports_at is null;
drop index analytics_pending_order;
create index analytics_pending_order on analytics_pending (queued_at, tracker_id);

-- When any console last did what one of them does for all.
create table housekeeping_turns (
  name text primary key,
  taken_at timestamptz not null
);
alter table housekeeping_turns enable row level security;
create policy staff on housekeeping_turns to console_staff using (true);
grant select, insert, update on housekeeping_turns to console_user;
