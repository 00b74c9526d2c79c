-- The console's own role is not the owner of the schema: a connection that somebody takes over changes no table, trigger or
-- policy, and reads nothing around them. Migrations run as the owner; the migrator gives this role what it lacks after
-- them. Without CREATEROLE an administrator makes it (`npm run roles`); until then the owner serves, as it did before.
-- The names of roles stand for those of this database: the migrator puts in others where an administrator chose them.
do $$
begin
  if not exists (select from pg_roles where rolname = 'console_service')
    and (select rolsuper from pg_roles where rolname = current_user) then
    create role console_service nologin nobypassrls inherit in role console_staff;
  end if;
exception when duplicate_object or unique_violation then
  null; -- another console won the race
end
$$;

-- The role that a transaction runs as: 'user', 'staff', or 'service' for the product itself, where this connection may be it.
create function console_role(kind text) returns text language sql stable parallel safe as $$
  select case kind when 'user' then 'console_user' when 'staff' then 'console_staff' else coalesce((select rolname
    from pg_roles where rolname = 'console_service' and pg_has_role(session_user, oid, 'member')), 'none') end
$$;

-- Both change the schema, so they run as its owner.
alter function ensure_location_report_partitions(timestamptz, timestamptz) security definer;
revoke all on function ensure_location_report_partitions from public;
alter function drop_location_reports_before(timestamptz) security definer;
revoke all on function drop_location_reports_before from public;
-- Makes trackers due, also those of others: staff move trackers, a client's user does not.
revoke all on function enter_periods from public;
grant execute on function enter_periods to console_staff;

-- What runs as its owner finds no temporary table of the caller's in place of the real one: named, pg_temp comes last.
do $$
declare
  defined regprocedure;
begin
  for defined in select oid from pg_proc
    where prosecdef and pronamespace = 'public'::regnamespace and proowner = current_user::regrole
  loop
    execute format('alter function %s set search_path = public, pg_temp', defined);
  end loop;
end
$$;
