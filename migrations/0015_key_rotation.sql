-- Rotation of the key-encryption key, and change of its passphrase, both as jobs. None of these tables is granted to
-- the roles of people: only the product itself (system scope) reads keys.
alter table key_encryption_keys
  -- Made for a rotation that has not switched yet.
  add column pending boolean not null default false,
  -- The pending key under the key in use, so that any console that holds that one can finish the rotation. Erased by
  -- the switch: whoever holds the former key must not come to the new one by it.
  add column wrapped_by_former bytea,
  -- The same key under the next passphrase, until the job puts it in the place of the former one.
  add column next_kdf jsonb,
  add column next_wrapped_key bytea,
  add constraint key_encryption_keys_next check ((next_kdf is null) = (next_wrapped_key is null)),
  add constraint key_encryption_keys_pending check (not pending or (wrapped_by_former is not null and retired_at is null));
drop index key_encryption_keys_one_in_use;
create unique index key_encryption_keys_one_in_use on key_encryption_keys ((true)) where retired_at is null and not pending;
create unique index key_encryption_keys_one_pending on key_encryption_keys ((true)) where pending;

-- Data keys under the pending key. They take the place of the others in one statement, so that at every moment each
-- data key can be opened.
create table data_key_rewraps (
  data_key_id bigint primary key references data_keys on delete cascade,
  key_encryption_key_id bigint not null references key_encryption_keys on delete cascade,
  wrapped_key bytea not null
);
create index data_key_rewraps_key on data_key_rewraps (key_encryption_key_id);
create index data_keys_key on data_keys (key_encryption_key_id, id);
