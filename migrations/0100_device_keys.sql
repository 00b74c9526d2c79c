-- Device keys: a tracker has one or more, in order; firmware that changes its key broadcasts each for some minutes. The
-- columns of trackers with the same names stay, and hold those of the first key: triggers below keep both in step. What
-- seals a private key names the key itself, by its hash, so that it opens wherever the key belongs.
create table device_keys (
  id bigint generated always as identity primary key,
  tracker_id bigint not null references trackers on delete cascade,
  number smallint not null check (number between 1 and 250),
  advertisement_key bytea not null check (octet_length(advertisement_key) = 28),
  hashed_advertisement_key bytea not null check (octet_length(hashed_advertisement_key) = 32),
  -- Null where only the public key is known.
  private_key bytea check (octet_length(private_key) = 57),
  data_key_id bigint references data_keys,
  broadcast_address macaddr not null,
  constraint device_keys_sealed check ((private_key is null) = (data_key_id is null)),
  -- Two trackers may exchange keys by one statement.
  constraint device_keys_number_key unique (tracker_id, number) deferrable initially immediate
);

-- Readers go on meanwhile; who makes trackers waits.
lock table trackers in share row exclusive mode;
insert into device_keys (tracker_id, number, advertisement_key, hashed_advertisement_key, private_key, data_key_id,
  broadcast_address)
select id, 1, advertisement_key, hashed_advertisement_key, private_key, data_key_id, broadcast_address
from trackers order by id;
alter table device_keys add constraint device_keys_advertisement_key_key unique (advertisement_key);
alter table device_keys add constraint device_keys_hashed_advertisement_key_key unique (hashed_advertisement_key);
-- Not unique: devices that exist elsewhere may share 46 bits of a key. Batches of our own never do.
create index device_keys_broadcast_address on device_keys (broadcast_address);

-- A first key that is new comes with its tracker.
create function first_device_keys() returns trigger language plpgsql as $$
begin
  insert into device_keys (tracker_id, number, advertisement_key, hashed_advertisement_key, private_key, data_key_id,
    broadcast_address)
  select id, 1, advertisement_key, hashed_advertisement_key, private_key, data_key_id, broadcast_address
  from inserted order by id;
  return null;
end
$$;
create trigger first_device_keys after insert on trackers referencing new table as inserted
  for each statement execute function first_device_keys();

-- A first key that moved, or got its private key, is its tracker's.
create function tracker_of_first_key() returns trigger language plpgsql as $$
begin
  update trackers t set advertisement_key = k.advertisement_key, hashed_advertisement_key = k.hashed_advertisement_key,
    private_key = k.private_key, data_key_id = k.data_key_id, broadcast_address = k.broadcast_address
  from changed k
  where k.number = 1 and t.id = k.tracker_id
    and (t.hashed_advertisement_key, t.private_key) is distinct from (k.hashed_advertisement_key, k.private_key);
  return null;
end
$$;
create trigger tracker_of_first_key after update on device_keys referencing new table as changed
  for each statement execute function tracker_of_first_key();

alter table trackers drop constraint trackers_advertisement_key_key,
  drop constraint trackers_hashed_advertisement_key_key,
  alter column private_key drop not null, alter column data_key_id drop not null,
  add constraint trackers_sealed check ((private_key is null) = (data_key_id is null)) not valid;
alter table trackers validate constraint trackers_sealed;
drop index trackers_broadcast_address;
create index trackers_broadcast_address on trackers (broadcast_address);

-- How many keys each device of a batch has.
alter table key_batches add column keys_per_device smallint not null default 1 check (keys_per_device between 1 and 250);
alter table key_batches add constraint key_batches_size check (requested_count * keys_per_device::int <= 1000000);

-- The number of the key that a report was heard under, as the tracker's keys were numbered when it came. Until now there
-- was one.
alter table location_reports add column key_number smallint not null default 1;

-- A manufacturer reads the keys of the devices of its orders, which the policy of trackers decides.
grant select (id, tracker_id, number, advertisement_key, hashed_advertisement_key, broadcast_address) on device_keys
  to console_user;
alter table device_keys enable row level security;
create policy staff on device_keys to console_staff using (true);
create policy client_read on device_keys for select to console_user
  using (console_client_id() is not null and false);
create policy manufacturer_keys on device_keys for select to console_user
  using (console_party_id('manufacturer') is not null
    and exists (select from trackers t where t.id = device_keys.tracker_id));
