-- Extensions, the role of signed-in people, and the functions that row level security reads.
create extension if not exists postgis;

-- Requests of people run as this role (`set local role`): it owns nothing and can't bypass row level security.
-- Roles belong to the whole server, so another database of it may have made the role already.
do $$
begin
  if not exists (select from pg_roles where rolname = 'console_user') then
    create role console_user nologin nobypassrls;
  end if;
exception when duplicate_object or unique_violation then
  null; -- another console won the race
end
$$;
do $$
begin
  execute format('grant console_user to %I', current_user);
end
$$;
grant usage on schema public to console_user;

-- The client whose data the transaction may see; null for staff, who see every client.
create function console_client_id() returns bigint language sql stable parallel safe as
$$ select nullif(current_setting('console.client_id', true), '')::bigint $$;

-- Months are the partitions of location_reports; reports are at most days late, so few are ever missing.
create function month_start(at timestamptz) returns timestamptz language sql immutable parallel safe as
$$ select date_trunc('month', at at time zone 'UTC') at time zone 'UTC' $$;
