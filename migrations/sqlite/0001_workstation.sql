-- The workstation's own store: what it needs to go on while the central database is out of reach, and what was done
-- meanwhile. Never a private key, a password or the hash that the central database keeps.

-- Facts by name: which database this is a cache of, how far it was read, settings of this workstation.
create table facts (
  name text primary key,
  value text not null
) strict, without rowid;

-- Every device by its address (48 bits), so that any scan can be judged. About 25 bytes each.
create table devices (
  mac integer primary key,
  tracker_id integer not null,
  manufactured integer not null,
  -- Its live allocation. The id is null where this workstation allocated it and has not been answered yet.
  order_id integer,
  allocation_id integer,
  allocated_by text,
  allocated_at integer
) strict;
create index devices_order on devices (order_id) where order_id is not null;

-- Orders that take scans, and those that lately did. `document` is the order as the API shows it.
create table orders (
  id integer primary key,
  state text not null,
  quantity integer not null,
  allocated_count integer not null,
  document text not null
) strict;

-- Who has signed in on this workstation, as they were at the last contact with the central database.
create table people (
  user_id integer primary key,
  username text not null unique,
  display_name text not null,
  role text not null,
  client_id integer,
  client_name text,
  -- argon2id over the password with a salt of this workstation's own; null until the person signs in here.
  verifier text,
  -- SHA-256 of the central hash at that time: a password changed since ends what was begun with the old one.
  password_mark blob,
  seen_at integer not null
) strict;

create table sessions (
  token_hash blob primary key,
  user_id integer not null references people on delete cascade,
  expires_at integer not null,
  last_seen_at integer not null,
  -- Begun while cut off: unknown to the central database until it is told.
  begun_offline integer not null default 0
) strict, without rowid;

-- What was done while cut off, in order. Rows are never deleted before they are done or settled.
create table outbox (
  sequence integer primary key autoincrement,
  mutation_id text not null unique,
  kind text not null check (kind in ('scan', 'undo', 'audit')),
  order_id integer,
  user_id integer,
  request text not null,
  -- What the person was answered.
  answer text,
  -- This workstation's clock, and what it was found to be off by, in milliseconds.
  at integer not null,
  clock_offset integer not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'conflict', 'settled')),
  attempts integer not null default 0,
  last_error text,
  -- What the central database answered, and how a conflict was settled.
  central_answer text,
  done_at integer,
  settlement text,
  -- A scan made to settle the conflict, until its answer is known.
  retry text
) strict;
create index outbox_state on outbox (state, sequence);
create index outbox_waiting_mac on outbox (answer ->> 'macAddress') where state = 'waiting';

-- Files that were found damaged and set aside.
create table damaged_files (
  id integer primary key,
  path text not null,
  reason text not null,
  found_at integer not null,
  -- Rows of the outbox that could be read from it, and are in this one now.
  rescued integer not null,
  -- Whether its outbox could be read to its end.
  complete integer not null,
  seen_by text
) strict;
