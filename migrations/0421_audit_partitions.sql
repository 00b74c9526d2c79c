-- The audit log in partitions of a million entries, by id: the order of the partitions is that of the chain. What is there
-- becomes the first one as it is, up to the next million.
alter table audit_log rename to audit_log_p0;
alter table audit_log_p0 rename constraint audit_log_pkey to audit_log_p0_pkey;
alter index audit_log_action rename to audit_log_p0_action;
alter index audit_log_actor rename to audit_log_p0_actor;
alter index audit_log_resource rename to audit_log_p0_resource;
alter index audit_log_at rename to audit_log_p0_at;
alter index audit_log_details rename to audit_log_p0_details;

create table audit_log (like audit_log_p0 including defaults) partition by range (id);
alter table audit_log add primary key (id);
create index audit_log_action on audit_log (action, id desc);
create index audit_log_actor on audit_log (actor, id desc);
create index audit_log_resource on audit_log (resource_type, resource_id, id desc);
create index audit_log_at on audit_log (at);
create index audit_log_details on audit_log using gin (details jsonb_path_ops);
do $$
begin
  execute format('alter table audit_log attach partition audit_log_p0 for values from (minvalue) to (%s)',
    (select (coalesce(max(id), 0) / 1000000 + 1) * 1000000 from audit_log_p0));
end
$$;

-- Rights and rules are those of the whole. Nobody but the owner reaches a partition by itself.
grant select on audit_log to console_user;
alter table audit_log enable row level security;
create policy staff on audit_log to console_staff using (true);
create policy client_read on audit_log for select to console_user using (false);
create trigger audit_log_is_append_only before update or delete or truncate on audit_log
  for each statement execute function audit_log_is_append_only();
drop trigger audit_log_is_append_only on audit_log_p0;
do $$
declare
  policy name;
begin
  for policy in select polname from pg_policy where polrelid = 'audit_log_p0'::regclass loop
    execute format('drop policy %I on audit_log_p0', policy);
  end loop;
  revoke all on audit_log_p0 from console_user;
  if exists (select from pg_roles where rolname = 'console_service') then
    revoke all on audit_log_p0 from console_service;
  end if;
end
$$;
alter table audit_log_p0 disable row level security;

-- What has the row's type in its name belongs to the renamed table.
drop view audit_entries;
create view audit_entries with (security_invoker = true) as
  select id, coalesce(sequence, id) as sequence, at, actor_user_id, actor, action, resource_type, resource_id, details,
    previous_hash, hash
  from audit_log
  union all
  select null, sequence, at, actor_user_id, actor, action, resource_type, resource_id, details, null, null
  from audit_unsealed;
grant select on audit_entries to console_user;

drop function audit_hash;
create function audit_hash(entry audit_log) returns bytea language sql stable as $$
  select sha256(entry.previous_hash || convert_to((jsonb_build_array(entry.id, extract(epoch from entry.at)::text,
      entry.actor_user_id, entry.actor, entry.action, entry.resource_type, entry.resource_id, entry.details)
    || case when entry.sequence is null then '[]'::jsonb else jsonb_build_array(entry.sequence) end)::text, 'UTF8'))
$$;

-- The partitions in the order of the chain: each from its first id up to, not including, another.
create function audit_partitions() returns table (name text, first_id bigint, beyond_id bigint) language sql stable as $$
  select c.relname::text, coalesce(substring(b.bound from $re$FROM \('?(\d+)$re$)::bigint, 0),
    substring(b.bound from $re$TO \('?(\d+)$re$)::bigint
  from pg_inherits i join pg_class c on c.oid = i.inhrelid cross join lateral pg_get_expr(c.relpartbound, c.oid) as b (bound)
  where i.inhparent = 'audit_log'::regclass order by 3
$$;

-- Makes the partition of the ids from millions * 1,000,000 on, unless another has them.
create function ensure_audit_partition(millions bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  partition_name text := 'audit_log_p' || millions;
  first_of_it bigint := millions * 1000000;
begin
  if exists (select from audit_partitions() where first_of_it >= first_id and first_of_it < beyond_id) then
    return;
  end if;
  -- Attached, which doesn't keep readers of the log out, as making it in place would.
  execute format('create table %I (like audit_log including defaults including indexes)', partition_name);
  execute format('alter table audit_log attach partition %I for values from (%s) to (%s)',
    partition_name, first_of_it, first_of_it + 1000000);
end
$$;
revoke all on function ensure_audit_partition from public;

create or replace function seal_audit(most integer) returns integer
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
  -- Ahead of time. The name is looked up first, since it is cheaper.
  if to_regclass('audit_log_p' || (entry.id + most + 100000) / 1000000) is null then
    perform ensure_audit_partition((entry.id + most + 100000) / 1000000);
  end if;
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

-- Removes the entries at the beginning of the chain that are older than `cut`, and says so in an entry of its own, with the id
-- and the hash of the last of them: from there the chain goes on. The last month and the last entry always stay, whoever
-- asks. Returns how many were removed; null while another session is at it.
create function forget_audit_before(cut timestamptz, told_at timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  first_kept bigint;
  first_gone bigint;
  last_gone audit_log;
  part record;
begin
  if cut > clock_timestamp() - interval '29 days' then
    raise exception 'the audit log is kept for 30 days at least' using errcode = 'insufficient_privilege';
  end if;
  if not pg_try_advisory_xact_lock(7240235) then
    return null;
  end if;
  select min(id) into first_gone from audit_log;
  select least((select min(id) from audit_log where at >= cut), (select max(id) from audit_log)) into first_kept;
  select * into last_gone from audit_log where id = first_kept - 1;
  if not found then
    return 0;
  end if;
  -- Dropping waits for whoever reads, and keeps later readers waiting meanwhile.
  perform set_config('lock_timeout', '3s', true);
  for part in select name from audit_partitions() where beyond_id <= first_kept loop
    execute format('drop table %I', part.name);
  end loop;
  for part in select name from audit_partitions() where first_id < first_kept and beyond_id > first_kept loop
    execute format('delete from %I where id < %s', part.name, first_kept);
  end loop;
  perform append_audit(told_at, null, null, 'audit.retention', 'audit-log', null, jsonb_build_object('upTo', last_gone.id,
    'hash', encode(last_gone.hash, 'hex'), 'removed', last_gone.id - first_gone + 1, 'before', cut));
  return last_gone.id - first_gone + 1;
end
$$;
revoke all on function forget_audit_before from public;
