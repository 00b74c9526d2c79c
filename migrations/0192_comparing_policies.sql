-- What a client's user reads is a comparison of columns everywhere. Policies of manufacturers are in a role of their own:
-- beside those of clients, the planner had both in every plan.
do $$
begin
  if not exists (select from pg_roles where rolname = 'console_manufacturer') then
    create role console_manufacturer nologin nobypassrls inherit in role console_user;
  end if;
exception when duplicate_object or unique_violation then
  null; -- another console won the race
end
$$;
do $$
declare
  scoped record;
begin
  if not exists (select from pg_auth_members
    where roleid = 'console_manufacturer'::regrole and member = current_user::regrole) then
    execute format('grant console_manufacturer to %I', current_user);
  end if;
  for scoped in
    select tablename, policyname from pg_policies where schemaname = current_schema()
      and (policyname like 'manufacturer\_%' or policyname = 'party_idempotency')
  loop
    execute format('alter policy %I on %I to console_manufacturer', scoped.policyname, scoped.tablename);
  end loop;
end
$$;

-- The role that a party's transactions run as, by its kind.
create function console_party_role(kind text) returns text language sql stable parallel safe as $$
  select case kind when 'manufacturer' then 'console_manufacturer' end
$$;

-- The client of a run never changes.
create function run_client() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  new.client_id := (select client_id from production_runs where id = new.production_run_id);
  return new;
end
$$;
alter table run_status_changes add column client_id bigint;
update run_status_changes c set client_id = r.client_id from production_runs r where r.id = c.production_run_id;
create trigger run_client before insert on run_status_changes for each row execute function run_client();
alter policy client_read on run_status_changes
  using (console_client_id() is not null and client_id = console_client_id());

alter table production_run_locations add column client_id bigint;
update production_run_locations l set client_id = r.client_id from production_runs r where r.id = l.production_run_id;
create trigger run_client before insert or update of production_run_id on production_run_locations
  for each row execute function run_client();
alter policy client_read on production_run_locations
  using (console_client_id() is not null and client_id = console_client_id());

-- A location may serve runs of several clients.
alter table locations add column client_ids bigint[] not null default '{}';
create function clients_of_location(location bigint, run bigint) returns bigint[] language sql stable as $$
  select coalesce(array_agg(distinct client_id), '{}') from (
    select r.client_id from production_runs r where r.id = run
    union all
    select l.client_id from production_run_locations l where l.location_id = location) own
$$;
update locations set client_ids = clients_of_location(id, production_run_id);
create function location_clients() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  new.client_ids := clients_of_location(new.id, new.production_run_id);
  return new;
end
$$;
create trigger location_clients before insert or update of production_run_id on locations
  for each row execute function location_clients();
create function attached_location_clients() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update locations set client_ids = clients_of_location(id, production_run_id)
  where id in (select location_id from changed)
    and client_ids is distinct from clients_of_location(id, production_run_id);
  return null;
end
$$;
create trigger attached_location_clients after insert on production_run_locations
  referencing new table as changed for each statement execute function attached_location_clients();
create trigger detached_location_clients after delete on production_run_locations
  referencing old table as changed for each statement execute function attached_location_clients();
alter policy client_read on locations
  using (console_client_id() is not null and console_client_id() = any (client_ids));
