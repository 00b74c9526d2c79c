-- Storage and delivery locations: one table, told apart by kind, since a geofence is the same thing for both.
create table locations (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('storage', 'delivery')),
  name text not null,
  address text not null default '',
  position geography(point, 4326) not null,
  geofence_radius_m double precision not null default 100 check (geofence_radius_m between 5 and 50000),
  -- The direct relation to a run. production_run_locations is the older, many-to-many one; both count.
  production_run_id bigint references production_runs,
  nearest_city text,
  archived_at timestamptz,
  created_at timestamptz not null default now()
);
create index locations_production_run on locations (production_run_id);

-- What the status engine's matching statement searches: the fence's point with its box expanded by the fence's own
-- radius, plus 255 m for the report's accuracy circle (one unsigned byte in the report, so at most 255 m), since the
-- rule needs "surely outside" too. Geography boxes are geocentric, so poles and the antimeridian need no special case.
create index locations_reach on locations using gist (_st_expand(position, geofence_radius_m + 255)) where archived_at is null;

create table production_run_locations (
  production_run_id bigint not null references production_runs on delete cascade,
  location_id bigint not null references locations on delete cascade,
  primary key (production_run_id, location_id)
);
create index production_run_locations_location on production_run_locations (location_id);

-- Every (run, location) pair that counts, by either relation.
create view run_locations with (security_invoker = true) as
  select production_run_id, id as location_id from locations where production_run_id is not null
  union
  select production_run_id, location_id from production_run_locations;
