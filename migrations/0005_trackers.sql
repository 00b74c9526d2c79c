-- Trackers: one row a key pair, from generation on. Keys are stored raw: 28 bytes of X, 32 bytes of SHA-256.
create table trackers (
  id bigint generated always as identity primary key,
  key_batch_id bigint references key_batches,
  production_run_id bigint references production_runs,
  -- The run's client, kept by the trigger below: row level security reads it for every row.
  client_id bigint references clients,
  advertisement_key bytea not null unique check (octet_length(advertisement_key) = 28),
  hashed_advertisement_key bytea not null unique check (octet_length(hashed_advertisement_key) = 32),
  -- Always sealed: version, IV, ciphertext and tag of AES-256-GCM under the data key.
  private_key bytea not null check (octet_length(private_key) = 57),
  data_key_id bigint not null references data_keys,
  -- The address that the key's firmware broadcasts (46 bits of the key); two keys that share one can't be told apart.
  broadcast_address macaddr not null,
  mac_address macaddr unique,
  serial_number text unique,
  manufactured_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index trackers_broadcast_address on trackers (broadcast_address);
create index trackers_batch on trackers (key_batch_id, id);
create index trackers_run on trackers (production_run_id, id);
create index trackers_client on trackers (client_id, id);
create index trackers_mac_text on trackers ((mac_address::text) text_pattern_ops);

create function tracker_client() returns trigger language plpgsql as $$
begin
  new.client_id := (select client_id from production_runs where id = new.production_run_id);
  return new;
end
$$;
create trigger tracker_client before insert or update of production_run_id, client_id on trackers
  for each row when (new.production_run_id is not null or new.client_id is not null) execute function tracker_client();

-- Where a tracker is now, and how far its history has been folded. Each tracker has exactly one row.
create table tracker_status (
  tracker_id bigint primary key references trackers on delete cascade,
  status text not null default 'UNKNOWN' check (status in ('UNKNOWN', 'IN_TRANSIT', 'IN_STORAGE', 'DELIVERED')),
  location_id bigint references locations,
  status_since timestamptz,
  -- The newest stored report with a valid position, counted or not.
  last_reported_at timestamptz,
  last_position geography(point, 4326),
  last_horizontal_accuracy_m smallint,
  last_battery_level text check (last_battery_level in ('full', 'medium', 'low', 'very-low')),
  last_nearest_city_id integer,
  last_nearest_city_distance_m integer,
  report_count bigint not null default 0,
  -- State of the fold after the last counted report: the order key of that report, and the exit streak.
  folded_at timestamptz,
  folded_hash bytea,
  exit_streak integer not null default 0,
  exit_since timestamptz
);
create index tracker_status_last_report on tracker_status (last_reported_at desc nulls last, tracker_id desc);
create index tracker_status_status on tracker_status (status, tracker_id);
create index tracker_status_location on tracker_status (location_id) where location_id is not null;
create index tracker_status_position on tracker_status using gist (last_position);

create function tracker_status_rows() returns trigger language plpgsql as $$
begin
  insert into tracker_status (tracker_id) select id from inserted;
  return null;
end
$$;
create trigger tracker_status_rows after insert on trackers referencing new table as inserted
  for each statement execute function tracker_status_rows();
