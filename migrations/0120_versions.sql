-- Versions of what people edit, so that a change which another has overtaken is refused instead of lost. A version counts
-- people's changes of people's fields: the trigger names those columns, and what the machine keeps beside them doesn't
-- count. field_versions says of each field at which version it changed last, when, and by whom; it has one entry a
-- field, however often they change.
create function next_field_versions(kept jsonb, fields text[], next_version bigint) returns jsonb language sql stable as $$
  select kept || coalesce(jsonb_object_agg(field, jsonb_build_object('version', next_version, 'at', now(),
    'by', nullif(current_setting('console.user_id', true), '')::bigint)), '{}') from unnest(fields) as field
$$;

create function count_change() returns trigger language plpgsql as $$
declare
  was jsonb := to_jsonb(old);
  present jsonb := to_jsonb(new);
  fields text[] := array(select field from unnest(tg_argv) as field where was -> field is distinct from present -> field);
begin
  if fields <> '{}' then
    new.version := old.version + 1;
    new.field_versions := next_field_versions(old.field_versions, fields, new.version);
  end if;
  return new;
end
$$;

-- A setting's fields are the keys of its value. The arguments name keys that are switched by actions.
create function count_setting_change() returns trigger language plpgsql as $$
declare
  fields text[] := array(select field from jsonb_object_keys(old.value || new.value) as field
    where old.value -> field is distinct from new.value -> field and field <> all(tg_argv));
begin
  if fields <> '{}' then
    new.version := old.version + 1;
    new.field_versions := next_field_versions(old.field_versions, fields, new.version);
  end if;
  return new;
end
$$;

-- The further runs of a location stand in a table of their own, but are a field of the location.
create function count_runs_change() returns trigger language plpgsql as $$
begin
  update locations set version = version + 1,
    field_versions = next_field_versions(field_versions, '{production_run_ids}', version + 1)
  where id in (select location_id from changed);
  return null;
end
$$;

alter table clients add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
alter table brands add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
alter table production_runs add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
alter table customer_orders add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
alter table locations add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
alter table manufacturers add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
alter table users add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
alter table report_sources add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
alter table saved_views add column version bigint not null default 1, add column field_versions jsonb not null default '{}';
-- 0 where nothing is stored yet.
alter table settings add column version bigint not null default 1, add column field_versions jsonb not null default '{}';

create trigger count_change before update of name, notes, archived_at on clients
  for each row execute function count_change('name', 'notes', 'archived_at');
create trigger count_change before update of name, archived_at on brands
  for each row execute function count_change('name', 'archived_at');
create trigger count_change before update of name, start_date, end_date, time_zone, archived_at on production_runs
  for each row execute function count_change('name', 'start_date', 'end_date', 'time_zone', 'archived_at');
create trigger count_change before update of quantity, due_date, notes, brand_id, production_run_id on customer_orders
  for each row execute function count_change('quantity', 'due_date', 'notes', 'brand_id', 'production_run_id');
create trigger count_change before update of name, address, position, geofence_radius_m, production_run_id, archived_at
  on locations for each row
  execute function count_change('name', 'address', 'position', 'geofence_radius_m', 'production_run_id', 'archived_at');
create trigger count_runs_added after insert on production_run_locations
  referencing new table as changed for each statement execute function count_runs_change();
create trigger count_runs_removed after delete on production_run_locations
  referencing old table as changed for each statement execute function count_runs_change();
create trigger count_change before update of name, contact, notes, profile, archived_at on manufacturers
  for each row execute function count_change('name', 'contact', 'notes', 'profile', 'archived_at');
create trigger count_change before update of display_name, role, client_id, disabled_at on users
  for each row execute function count_change('display_name', 'role', 'client_id', 'disabled_at');
create trigger count_change before update of name, url, anisette_url, enabled, min_interval_seconds, max_batch_size, credentials,
  assumed on report_sources for each row execute function count_change('name', 'url', 'anisette_url', 'enabled',
    'min_interval_seconds', 'max_batch_size', 'credentials', 'assumed');
create trigger count_change before update of name, state on saved_views
  for each row execute function count_change('name', 'state');
create trigger count_change before update of value on settings
  for each row execute function count_setting_change('paused');

grant select (version, field_versions) on users, report_sources to console_user;
