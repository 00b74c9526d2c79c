-- Long work, requests that may be repeated, and the audit log.
create table jobs (
  id bigint generated always as identity primary key,
  kind text not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  label text not null,
  resource_type text,
  resource_id bigint,
  input jsonb not null default '{}',
  result jsonb,
  error_code text,
  error_message text,
  done bigint not null default 0,
  total bigint,
  unit text not null default '',
  cancel_requested boolean not null default false,
  -- Renewed while a console works on it; a job whose lease has run out is taken up again.
  lease_until timestamptz,
  lease_owner uuid,
  attempts integer not null default 0,
  created_by bigint references users,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index jobs_waiting on jobs (id) where state in ('queued', 'running');
create index jobs_newest on jobs (id desc);
alter table key_batches add foreign key (job_id) references jobs;

-- The uploaded file of an import, in pieces, until its job is done.
create table job_files (
  job_id bigint not null references jobs on delete cascade,
  piece integer not null,
  content bytea not null,
  primary key (job_id, piece)
);

-- Rejected rows of an import, with the row as it was sent.
create table job_problems (
  job_id bigint not null references jobs on delete cascade,
  row_number integer not null,
  sequence integer not null,
  column_name text,
  code text not null,
  message text not null,
  value text,
  raw text[] not null,
  primary key (job_id, row_number, sequence)
);

create table idempotency_keys (
  user_id bigint not null references users,
  key text not null,
  request_sha256 bytea not null,
  status integer not null,
  response jsonb,
  created_at timestamptz not null,
  primary key (user_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

create table audit_log (
  id bigint primary key,
  at timestamptz not null,
  actor_user_id bigint,
  actor text,
  action text not null,
  resource_type text,
  resource_id text,
  details jsonb not null default '{}',
  previous_hash bytea not null,
  hash bytea not null
);
create index audit_log_action on audit_log (action, id desc);

create function audit_hash(entry audit_log) returns bytea language sql stable as $$
  select sha256(entry.previous_hash || convert_to(jsonb_build_array(entry.id, extract(epoch from entry.at)::text,
    entry.actor_user_id, entry.actor, entry.action, entry.resource_type, entry.resource_id, entry.details)::text, 'UTF8'))
$$;

-- The only way in. Runs as its owner, so that the role of people can't write the table; the lock is held to the end
-- of the transaction, so ids and hashes follow the order of commits: call it last.
create function append_audit(entry_at timestamptz, user_id bigint, user_name text, entry_action text,
  entry_resource_type text, entry_resource_id text, entry_details jsonb) returns bigint
language plpgsql security definer set search_path = public as $$
declare
  last audit_log;
  entry audit_log;
begin
  perform pg_advisory_xact_lock(7240226);
  select * into last from audit_log order by id desc limit 1;
  entry.id := coalesce(last.id, 0) + 1;
  entry.at := entry_at;
  entry.actor_user_id := user_id;
  entry.actor := user_name;
  entry.action := entry_action;
  entry.resource_type := entry_resource_type;
  entry.resource_id := entry_resource_id;
  entry.details := entry_details;
  entry.previous_hash := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
  entry.hash := audit_hash(entry);
  insert into audit_log select entry.*;
  return entry.id;
end
$$;

create function audit_log_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_log_is_append_only before update or delete or truncate on audit_log
  for each statement execute function audit_log_is_append_only();
