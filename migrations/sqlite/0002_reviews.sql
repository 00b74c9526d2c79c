-- What a person pinned to look at without the central database. Read in their own scope, and shown to nobody else.
create table review_pins (
  id integer primary key,
  user_id integer not null,
  -- The client they were confined to when it was read; null for staff.
  client_id integer,
  target text not null,
  label text not null,
  from_at text not null,
  to_at text not null,
  state text not null check (state in ('loading', 'ready', 'failed')),
  done integer not null default 0,
  total integer,
  error text,
  loaded_at integer,
  created_at integer not null
) strict;

-- Documents as the API shows them. Tracks and the like are deflated JSON.
create table review_trackers (
  pin_id integer not null references review_pins on delete cascade,
  tracker_id integer not null,
  loaded_at integer not null,
  document text not null,
  track blob not null,
  history blob not null,
  reports blob not null,
  aggregates blob not null,
  primary key (pin_id, tracker_id)
) strict;
create index review_trackers_tracker on review_trackers (tracker_id);

create table review_locations (
  pin_id integer not null references review_pins on delete cascade,
  kind text not null,
  location_id integer not null,
  loaded_at integer not null,
  document text not null,
  primary key (pin_id, kind, location_id)
) strict;
