-- Entries of the audit log are written without a lock, and chained within a second by one sealer. So far append_audit held
-- the chain's lock up to the commit of each transaction, and all audited changes waited for one another.
create table audit_unsealed (
  -- In the order of writing. A transaction that was rolled back leaves a gap; one that commits late is sealed late.
  sequence bigint generated always as identity primary key,
  at timestamptz not null,
  actor_user_id bigint,
  actor text,
  action text not null,
  resource_type text,
  resource_id text,
  details jsonb not null default '{}',
  -- By the clock of the database; the time of an act that is sent later lies long before.
  written_at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
-- After those that are there, whose ids are their places in both orders.
select setval(pg_get_serial_sequence('audit_unsealed', 'sequence'), (select max(id) from audit_log))
  where exists (select from audit_log);

grant select on audit_unsealed to console_user;
alter table audit_unsealed enable row level security;
create policy staff on audit_unsealed to console_staff using (true);
create policy client_read on audit_unsealed for select to console_user using (false);

-- Null for entries that are older than the sealer: their id says the same.
alter table audit_log add column sequence bigint;

create or replace function audit_hash(entry audit_log) returns bytea language sql stable as $$
  select sha256(entry.previous_hash || convert_to((jsonb_build_array(entry.id, extract(epoch from entry.at)::text,
      entry.actor_user_id, entry.actor, entry.action, entry.resource_type, entry.resource_id, entry.details)
    || case when entry.sequence is null then '[]'::jsonb else jsonb_build_array(entry.sequence) end)::text, 'UTF8'))
$$;

-- The only way in. Runs as its owner, so that no other role can write the table.
create or replace function append_audit(entry_at timestamptz, user_id bigint, user_name text, entry_action text,
  entry_resource_type text, entry_resource_id text, entry_details jsonb) returns bigint
language sql security definer set search_path = public, pg_temp as $$
  insert into audit_unsealed (at, actor_user_id, actor, action, resource_type, resource_id, details)
  values (entry_at, user_id, user_name, entry_action, entry_resource_type, entry_resource_id, entry_details)
  returning sequence
$$;

-- Chains up to so many of the entries that are committed, in the order of writing. Returns how many; null while another
-- session is at it. The lock is held to the end of the transaction, so call it in one of its own.
create function seal_audit(most integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  written audit_unsealed;
  entry audit_log;
  sealed bigint[] := '{}';
begin
  if not exists (select from audit_unsealed) then
    return 0;
  end if;
  if not pg_try_advisory_xact_lock(7240234) then
    return null;
  end if;
  -- Each statement sees what was committed before it: whoever had the lock before has left his last entry.
  select * into entry from audit_log order by id desc limit 1;
  entry.id := coalesce(entry.id, 0);
  entry.hash := coalesce(entry.hash, decode(repeat('00', 32), 'hex'));
  for written in select * from audit_unsealed order by sequence limit most loop
    entry.id := entry.id + 1;
    entry.at := written.at;
    entry.actor_user_id := written.actor_user_id;
    entry.actor := written.actor;
    entry.action := written.action;
    entry.resource_type := written.resource_type;
    entry.resource_id := written.resource_id;
    entry.details := written.details;
    entry.sequence := written.sequence;
    entry.previous_hash := entry.hash;
    entry.hash := audit_hash(entry);
    insert into audit_log values (entry.*);
    sealed := sealed || written.sequence;
  end loop;
  delete from audit_unsealed where sequence = any(sealed);
  return cardinality(sealed);
end
$$;
revoke all on function seal_audit from public;
grant execute on function seal_audit to console_staff;

create trigger audit_unsealed_is_append_only before update or truncate on audit_unsealed
  for each statement execute function audit_log_is_append_only();

-- What leaves the table stands in the log as one of its last entries.
create function audit_unsealed_goes_to_the_log() returns trigger language plpgsql as $$
begin
  if exists (
    select from gone g where not exists (
      select from audit_log l
      where l.id > (select max(id) from audit_log) - (select count(*) from gone) and l.sequence = g.sequence))
  then
    raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;
create trigger audit_unsealed_goes_to_the_log after delete on audit_unsealed
  referencing old table as gone for each statement execute function audit_unsealed_goes_to_the_log();

-- Both as one, for single look-ups. Where there is no id, there is no hash yet.
create view audit_entries with (security_invoker = true) as
  select id, coalesce(sequence, id) as sequence, at, actor_user_id, actor, action, resource_type, resource_id, details,
    previous_hash, hash
  from audit_log
  union all
  select null, sequence, at, actor_user_id, actor, action, resource_type, resource_id, details, null, null
  from audit_unsealed;
grant select on audit_entries to console_user;
