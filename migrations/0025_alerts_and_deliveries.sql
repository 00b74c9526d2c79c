-- What the locations mean: confirmed deliveries and alerts. Written by the status engine; people only acknowledge.

-- Trackers whose history or reports have changed since their deliveries and alerts were last worked out.
create table analytics_pending (
  tracker_id bigint primary key references trackers on delete cascade,
  queued_at timestamptz not null
);
create index analytics_pending_order on analytics_pending (queued_at);

-- A tracker's delivery in a run: the first visit to a delivery location that its own reports show to have lasted the
-- minimum dwell. Derived from the live history, so a late report may move it or take it away.
create table deliveries (
  tracker_id bigint not null references trackers on delete cascade,
  production_run_id bigint not null references production_runs,
  location_id bigint not null references locations,
  visit_id uuid not null,
  entered_at timestamptz not null,
  -- Time of the first counted report of the visit at least the minimum dwell after the entry: the evidence.
  confirmed_at timestamptz not null,
  confirmed_payload_hash bytea not null,
  -- Counted reports from the entry to the confirmation, both included.
  report_count integer not null,
  minimum_dwell_minutes integer not null,
  recorded_at timestamptz not null,
  primary key (tracker_id, production_run_id)
);
create index deliveries_run on deliveries (production_run_id, confirmed_at);
create index deliveries_location on deliveries (location_id, confirmed_at);

create table alerts (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('impossible-speed', 'silent', 'left-delivery', 'unexpected-stop', 'off-route',
    'battery-low', 'silent-cluster')),
  severity text not null check (severity in ('info', 'warning', 'critical')),
  -- Null for what concerns a run as a whole.
  tracker_id bigint references trackers on delete cascade,
  production_run_id bigint not null references production_runs on delete cascade,
  client_id bigint not null references clients on delete cascade,
  location_id bigint references locations on delete set null,
  raised_at timestamptz not null,
  -- The instant that the evidence lies at: what the tracker's page is opened at.
  evidence_at timestamptz not null,
  evidence jsonb not null,
  resolved_at timestamptz,
  acknowledged_by bigint references users,
  -- A copy, as in the audit log: a client's user may read who it was, and not the users.
  acknowledged_name text,
  acknowledged_at timestamptz,
  acknowledge_note text,
  check ((acknowledged_by is null) = (acknowledged_at is null))
);
-- Each alert once while it lasts: this index decides, not the code.
create unique index alerts_open on alerts (kind, production_run_id, coalesce(tracker_id, 0)) where resolved_at is null;
create index alerts_open_tracker on alerts (tracker_id) where resolved_at is null;
create index alerts_tracker on alerts (tracker_id, id desc);
create index alerts_client on alerts (client_id, id desc);

grant select on deliveries, alerts to console_user;
grant update (acknowledged_by, acknowledged_name, acknowledged_at, acknowledge_note) on alerts to console_user;
grant select, insert on analytics_pending to console_user;

do $$
declare
  scoped record;
begin
  for scoped in
    select * from (values
      ('alerts', 'client_id = console_client_id()'),
      ('deliveries', 'exists (select from production_runs r where r.id = production_run_id and r.client_id = console_client_id())'),
      ('analytics_pending', 'false')
    ) as list (table_name, client_rule)
  loop
    execute format('alter table %I enable row level security', scoped.table_name);
    execute format('create policy staff on %I to console_staff using (true)', scoped.table_name);
    execute format('create policy client_read on %I for select to console_user using (console_client_id() is not null and (%s))',
      scoped.table_name, scoped.client_rule);
  end loop;
end
$$;

-- What was folded before this migration is assessed once.
insert into analytics_pending (tracker_id, queued_at) select tracker_id, now() from tracker_status where folded_at is not null;
