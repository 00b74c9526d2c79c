-- What changed about devices, for the caches of workstations: which ids to read again, in the order of transactions. A
-- reader takes what lies below the oldest transaction still under way (pg_snapshot_xmin), so that a transaction which
-- commits late is never passed over; a plain sequence would be.
create table device_changes (
  id bigint generated always as identity primary key,
  xid bigint not null default pg_current_xact_id()::text::bigint,
  -- A range: a batch of a million new keys is a few rows here.
  first_id bigint not null,
  last_id bigint not null,
  changed_at timestamptz not null default now()
);
create index device_changes_xid on device_changes (xid, id);
create index device_changes_age on device_changes (changed_at);

-- These run as their owner: the role of people neither reads nor writes the table.
create function note_new_devices() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into device_changes (first_id, last_id) select min(id), max(id) from inserted having count(*) > 0;
  return null;
end
$$;
create trigger note_new_devices after insert on trackers referencing new table as inserted
  for each statement execute function note_new_devices();

create function note_changed_device() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into device_changes (first_id, last_id) values (new.id, new.id);
  return null;
end
$$;
create trigger note_changed_device after update of mac_address on trackers
  for each row when (old.mac_address is distinct from new.mac_address) execute function note_changed_device();

create function note_allocated_device() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into device_changes (first_id, last_id) values (new.tracker_id, new.tracker_id);
  return null;
end
$$;
create trigger note_allocated_device after insert or update of released_at on device_allocations
  for each row execute function note_allocated_device();

-- Which database this is: what a workstation did while cut off from one must never be replayed into another.
insert into settings (key, value) values ('installation', jsonb_build_object('id', gen_random_uuid()));
