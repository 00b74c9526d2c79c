-- Fences in time: in which shape a fence counts, for which runs, and when it is archived. A change leaves what was before
-- as it was, unless it says that it corrects it. The columns of locations hold the present shape.

-- A row is never given another shape, only another end, so that runs that are over can go on naming it. What a
-- correction replaces has replaced_at and counts for those runs alone.
create table fence_shapes (
  id bigint generated always as identity primary key,
  location_id bigint not null references locations on delete cascade,
  position geography(point, 4326) not null,
  radius_m double precision not null check (radius_m between 5 and 50000),
  valid_from timestamptz not null default '-infinity',
  valid_to timestamptz not null default 'infinity',
  replaced_at timestamptz,
  check (valid_from < valid_to),
  -- A range of one id is what GiST compares without an extension. Checked at the end of a statement.
  constraint fence_shapes_apart exclude using gist (int8range(location_id, location_id, '[]') with &&,
    tstzrange(valid_from, valid_to) with &&) where (replaced_at is null) deferrable initially immediate
);
create index fence_shapes_location on fence_shapes (location_id);
-- What the status engine's matching statement searches: the point with its box expanded by the shape's own radius, plus
-- 255 m for the report's accuracy circle (one unsigned byte in the report, so at most 255 m), since the rule needs
-- "surely outside" too. Geography boxes are geocentric, so poles and the antimeridian need no special case.
create index fence_shapes_reach on fence_shapes using gist (_st_expand(position, radius_m + 255));

-- For which runs a location counted when, by either relation.
create table fence_attachments (
  production_run_id bigint not null references production_runs on delete cascade,
  location_id bigint not null references locations on delete cascade,
  valid_from timestamptz not null default '-infinity',
  valid_to timestamptz not null default 'infinity',
  primary key (location_id, production_run_id, valid_from),
  check (valid_from < valid_to)
);
create index fence_attachments_run on fence_attachments (production_run_id);

create table fence_archivals (
  location_id bigint not null references locations on delete cascade,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  primary key (location_id, valid_from),
  check (valid_from < valid_to)
);

-- What follows from the three: the shapes that a run's reports are matched with, and when. Runs that are over keep theirs.
create table run_fences (
  production_run_id bigint not null references production_runs on delete cascade,
  location_id bigint not null references locations on delete cascade,
  shape_id bigint not null references fence_shapes on delete cascade,
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  check (valid_from < valid_to)
);
create index run_fences_shape on run_fences (shape_id, production_run_id);
create index run_fences_location on run_fences (location_id);
-- What ceases or begins: the fold leaves a held fence that ceased.
create index run_fences_limited on run_fences (production_run_id)
  where valid_from > '-infinity' or valid_to < 'infinity';

-- What is there counts as it did: present shapes from the beginning, archived ones not at all.
insert into fence_shapes (location_id, position, radius_m) select id, position, geofence_radius_m from locations order by id;
insert into fence_attachments (production_run_id, location_id) select production_run_id, location_id from run_locations;
insert into fence_archivals (location_id, valid_from) select id, '-infinity' from locations where archived_at is not null;
insert into run_fences (production_run_id, location_id, shape_id, valid_from, valid_to)
select a.production_run_id, a.location_id, s.id, s.valid_from, s.valid_to
from fence_attachments a join fence_shapes s on s.location_id = a.location_id
where a.location_id not in (select location_id from fence_archivals);

drop index locations_reach;

do $$
declare
  made text;
begin
  foreach made in array '{fence_shapes,fence_attachments,fence_archivals,run_fences}'::text[] loop
    execute format('alter table %I enable row level security', made);
    execute format('create policy staff on %I to console_staff using (true)', made);
    execute format('grant select, insert, update, delete on %I to console_user', made);
  end loop;
end
$$;
