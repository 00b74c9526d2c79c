-- Client, brand, production run, and the users who may be bound to a client.
create table clients (
  id bigint generated always as identity primary key,
  name text not null,
  notes text not null default '',
  archived_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index clients_name on clients (lower(name)) where archived_at is null;

create table brands (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  name text not null,
  archived_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index brands_name on brands (client_id, lower(name)) where archived_at is null;

create table production_runs (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brands,
  -- The brand's client, kept here by the trigger below: row level security reads it for every row.
  client_id bigint not null references clients,
  name text not null,
  start_date date not null,
  end_date date not null,
  time_zone text not null default 'UTC',
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  check (start_date <= end_date)
);
create unique index production_runs_name on production_runs (brand_id, lower(name)) where archived_at is null;
create index production_runs_dates on production_runs (start_date, end_date);
create index production_runs_client on production_runs (client_id);

create function production_run_client() returns trigger language plpgsql as $$
begin
  select client_id into new.client_id from brands where id = new.brand_id;
  return new;
end
$$;
create trigger production_run_client before insert or update of brand_id, client_id on production_runs
  for each row execute function production_run_client();

-- Phase of a run at an instant: start 00:00 to the end of end_date, both in the run's time zone.
create function run_starts_at(run production_runs) returns timestamptz language sql stable as
$$ select run.start_date::timestamp at time zone run.time_zone $$;
create function run_ends_at(run production_runs) returns timestamptz language sql stable as
$$ select (run.end_date + 1)::timestamp at time zone run.time_zone $$;

create table users (
  id bigint generated always as identity primary key,
  username text not null unique,
  display_name text not null,
  role text not null check (role in ('admin', 'operations', 'warehouse', 'reviewer', 'client-viewer')),
  client_id bigint references clients,
  password_hash text not null,
  failed_logins integer not null default 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  last_login_at timestamptz,
  created_at timestamptz not null default now(),
  check ((role = 'client-viewer') = (client_id is not null))
);

create table sessions (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  user_id bigint not null references users,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  user_agent text not null default ''
);
create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);
