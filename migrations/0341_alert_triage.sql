-- What staff do with an alert besides acknowledging it: who deals with it, and until when nobody has to look. A table of its own,
-- since a client's user sees alerts and none of this.
create table alert_triage (
  alert_id bigint primary key references alerts on delete cascade,
  assigned_to bigint references users,
  assigned_by text,
  assigned_at timestamptz,
  snoozed_until timestamptz,
  snoozed_by text,
  -- How severe it was then: one that becomes worse comes back at once.
  snoozed_severity text,
  check ((assigned_to is null) = (assigned_at is null)),
  check ((snoozed_until is null) = (snoozed_severity is null))
);
create index alert_triage_assigned on alert_triage (assigned_to) where assigned_to is not null;
create index alert_triage_snoozed on alert_triage (snoozed_until) where snoozed_until is not null;
grant select, insert, update on alert_triage to console_user;
alter table alert_triage enable row level security;
create policy staff on alert_triage to console_staff using (true);
create policy client_read on alert_triage for select to console_user using (console_client_id() is not null and false);

create function severity_rank(severity text) returns int language sql immutable parallel safe as $$
  select case severity when 'critical' then 3 when 'warning' then 2 else 1 end
$$;
-- The worst first, of those the newest.
create index alerts_open_worst on alerts (severity_rank(severity), id) where resolved_at is null;
