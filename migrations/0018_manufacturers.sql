-- Manufacturers: who makes the devices, and in which form they want the public keys.
create table manufacturers (
  id bigint generated always as identity primary key,
  name text not null,
  contact text not null default '',
  notes text not null default '',
  -- How its files are written: ExportProfile of the contract.
  profile jsonb not null,
  archived_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index manufacturers_name on manufacturers (lower(name)) where archived_at is null;

-- Two of the tools that read exported keys name files by the first seven characters of the hashed key in base64, which
-- "/" would break; six bytes say what those characters are.
create function hash_begins_with_slash(hashed bytea) returns boolean language sql immutable parallel safe as
$$ select position('/' in left(encode(substring(hashed from 1 for 6), 'base64'), 7)) > 0 $$;

-- An export is a key order: a range of a batch's keys by id, for one manufacturer, in the form that its profile had then.
alter table manufacturer_exports
  add column manufacturer_id bigint references manufacturers,
  -- Null for the plain formats, which never change.
  add column profile jsonb,
  add column after_id bigint not null default 0,
  add column through_id bigint not null default 0,
  add column skips_slashes boolean not null default false,
  -- The job that made it: a job that starts again finds what it made.
  add column job_id bigint unique references jobs on delete set null,
  add column acknowledged_at timestamptz,
  add column acknowledged_by text;
update manufacturer_exports e set through_id = coalesce((select max(id) from trackers t where t.key_batch_id = e.key_batch_id), 0);
create index manufacturer_exports_manufacturer on manufacturer_exports (manufacturer_id, id) where manufacturer_id is not null;

-- How many different keys of the batch have gone to a manufacturer.
alter table key_batches add column exported_count integer not null default 0;
update key_batches b set exported_count = (select count(*) from trackers t where t.key_batch_id = b.id)
  where first_exported_at is not null;

-- Devices that came back in a file of this batch and are none of its: the key is unknown, or of another batch.
create table unexpected_devices (
  id bigint generated always as identity primary key,
  key_batch_id bigint not null references key_batches,
  -- What the row gave to tell the key by: the hashed key, or SHA-256 of the serial number.
  identity bytea not null,
  mac_address macaddr,
  reason text not null check (reason in ('unknown-key', 'unknown-serial', 'other-batch')),
  job_id bigint not null references jobs,
  row_number integer not null,
  found_at timestamptz not null,
  unique (key_batch_id, identity)
);
create index unexpected_devices_mac on unexpected_devices (mac_address);

grant select, insert, update, delete on manufacturers, unexpected_devices to console_user;
do $$
declare
  added text;
begin
  foreach added in array array['manufacturers', 'unexpected_devices'] loop
    execute format('alter table %I enable row level security', added);
    execute format('create policy staff on %I to console_staff using (true)', added);
  end loop;
end
$$;
