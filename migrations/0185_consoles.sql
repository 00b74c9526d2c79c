-- What each console says of itself, every half minute: one row a console, so that a workstation that is gone is missed,
-- and what waits on it is known everywhere.
create table consoles (
  id bigint generated always as identity primary key,
  -- Of its data folder.
  console_key uuid not null unique,
  -- Given by a person.
  name text not null default '' check (length(name) <= 200),
  host_name text not null,
  program_version text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  -- When it was stopped in order; null while it runs, and where it went away without a word.
  stopped_at timestamptz,
  key_state text not null,
  engines jsonb not null,
  waiting integer not null,
  oldest_waiting_at timestamptz,
  conflicts integer not null,
  clock_offset_ms bigint not null,
  database_ms real not null,
  disk_free_bytes bigint,
  version bigint not null default 1,
  field_versions jsonb not null default '{}'
) with (fillfactor = 50);

create trigger count_change before update of name on consoles for each row execute function count_change('name');

alter table consoles enable row level security;
create policy staff on consoles to console_staff using (true);
grant select, update (name), delete on consoles to console_user;
