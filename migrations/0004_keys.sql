-- Envelope encryption: the key-encryption key wraps data keys, a data key seals the private keys of one batch or import.
create table key_encryption_keys (
  id bigint generated always as identity primary key,
  -- argon2id parameters and salt by which the passphrase wraps the key.
  kdf jsonb not null,
  wrapped_key bytea not null,
  check_value bytea not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create unique index key_encryption_keys_one_in_use on key_encryption_keys ((true)) where retired_at is null;

create table data_keys (
  id bigint generated always as identity primary key,
  key_encryption_key_id bigint not null references key_encryption_keys,
  wrapped_key bytea not null,
  created_at timestamptz not null default now()
);

create table key_batches (
  id bigint generated always as identity primary key,
  label text not null,
  requested_count integer not null check (requested_count between 1 and 1000000),
  production_run_id bigint references production_runs,
  state text not null default 'generating' check (state in ('generating', 'ready', 'cancelled')),
  data_key_id bigint references data_keys,
  job_id bigint,
  first_exported_at timestamptz,
  created_by bigint not null references users,
  created_at timestamptz not null default now()
);

create table manufacturer_exports (
  id bigint generated always as identity primary key,
  key_batch_id bigint not null references key_batches,
  format text not null check (format in ('csv', 'json', 'keyfile')),
  recipient text not null default '',
  key_count integer not null,
  sha256 bytea not null check (octet_length(sha256) = 32),
  exported_by bigint not null references users,
  exported_at timestamptz not null
);
create index manufacturer_exports_batch on manufacturer_exports (key_batch_id, id);
