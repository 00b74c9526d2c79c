-- Reports whose time lies ahead of the clock: sealed as they came, until the clock is there.
create table waiting_reports (
  tracker_id bigint not null references trackers on delete cascade,
  payload_hash bytea not null check (octet_length(payload_hash) = 32),
  key_number smallint not null,
  payload bytea not null,
  reported_at timestamptz not null,
  published_at timestamptz,
  received_at timestamptz not null,
  primary key (tracker_id, payload_hash)
);
create index waiting_reports_due on waiting_reports (reported_at);
create index waiting_reports_received on waiting_reports (received_at);
alter table waiting_reports enable row level security;
create policy staff on waiting_reports to console_staff using (true);
grant select on waiting_reports to console_user;
