-- How people look for trackers among a million.

-- The end of an address, as read off a label: its digits backwards, so that an end is a beginning. The beginning itself
-- is a range of macaddr, which the unique index serves.
drop index trackers_mac_text;
create index trackers_mac_address_end on trackers (reverse(replace(mac_address::text, ':', '')) text_pattern_ops);
create index trackers_serial_number on trackers (lower(serial_number) text_pattern_ops);
-- The second part of the list that is sorted by address: those that have none yet.
create index trackers_without_mac on trackers (id) where mac_address is null;

-- The map's box, as numbers: a tree of two numbers costs less to keep than one of geometries while trackers move, and
-- the map's grid needs the numbers anyway.
alter table tracker_status
  add column last_longitude double precision generated always as (st_x(last_position::geometry)) stored,
  add column last_latitude double precision generated always as (st_y(last_position::geometry)) stored;
drop index tracker_status_position;
create index tracker_status_place on tracker_status (last_longitude, last_latitude);
