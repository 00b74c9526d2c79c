-- Report sources, what the fetcher remembers of each tracker, and its settings.
create table report_sources (
  id bigint generated always as identity primary key,
  name text not null,
  kind text not null check (kind in ('apple-older', 'apple-newer', 'haystack')),
  url text not null,
  anisette_url text,
  enabled boolean not null default true,
  -- Sealed like a private key; never leaves the core.
  credentials bytea,
  data_key_id bigint references data_keys,
  min_interval_seconds integer not null,
  max_batch_size integer not null,
  circuit text not null default 'closed' check (circuit in ('closed', 'half-open', 'open')),
  consecutive_failures integer not null default 0,
  paused_until timestamptz,
  batch_size integer not null,
  learned_cap integer,
  last_request_at timestamptz,
  last_error text,
  requests bigint not null default 0,
  failures bigint not null default 0,
  saturated bigint not null default 0,
  reports bigint not null default 0,
  created_at timestamptz not null default now()
);
create unique index report_sources_name on report_sources (lower(name));

create table fetch_states (
  tracker_id bigint primary key references trackers on delete cascade,
  next_due_at timestamptz not null,
  factor integer not null default 1 check (factor between 1 and 16),
  streak integer not null default 0,
  total_failures integer not null default 0,
  first_failure_at timestamptz,
  last_failure_at timestamptz,
  last_success_at timestamptz,
  last_error text
);
create index fetch_states_streak on fetch_states (streak desc, tracker_id) where streak > 0;

create table fetch_days (
  tracker_id bigint not null references trackers on delete cascade,
  day date not null,
  failures integer not null default 0,
  successes integer not null default 0,
  primary key (tracker_id, day)
);

create table fetcher_totals (
  name text primary key,
  value bigint not null default 0
);

-- Settings that change without a restart, each checked by the code that reads it.
create table settings (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);
