-- A fence is a circle or an outline: a MultiPolygon whose edges are great circles, cut at 50 km. Of an outline the radius
-- is its margin, and the position a point to show it by. The area is that of rule 4: an outline's own, without the margin.
alter table locations add column outline geography(multipolygon, 4326),
  drop constraint locations_geofence_radius_m_check,
  add constraint locations_geofence_radius_m_check
    check (geofence_radius_m between case when outline is null then 5 else 0 end and 50000);
alter table fence_shapes add column outline geography(multipolygon, 4326),
  drop constraint fence_shapes_radius_m_check,
  add constraint fence_shapes_radius_m_check
    check (radius_m between case when outline is null then 5 else 0 end and 50000);
alter table fence_shapes add column area_m2 double precision not null
  generated always as (coalesce(ST_Area(outline), pi() * radius_m * radius_m)) stored;

drop index fence_shapes_reach;
create index fence_shapes_reach on fence_shapes using gist (_st_expand(coalesce(outline, position), radius_m + 255));

drop trigger count_change on locations;
create trigger count_change before update of name, address, position, geofence_radius_m, outline, production_run_id, archived_at
  on locations for each row
  execute function count_change('name', 'address', 'position', 'geofence_radius_m', 'outline', 'production_run_id',
    'archived_at');

-- What waits for a changed fence names shapes now: those that wait already are folded from the beginning.
update status_pending set fold_from = '-infinity', reach = null where reach is not null;
