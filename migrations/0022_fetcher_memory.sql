-- What the fetcher remembers of each tracker beyond its streak.
alter table fetch_states
  -- The tracker alone fills an answer of a source that can't be asked for parts: older reports may be missing.
  add column incomplete boolean not null default false,
  -- A search of its time in parts was begun and is not at its end; after a kill it is begun again.
  add column searching boolean not null default false,
  -- Muted: still asked for, but no longer counted or shown among those that fail.
  add column muted_at timestamptz,
  add column muted_by bigint references users on delete set null,
  add column mute_note text;
create index fetch_states_muted on fetch_states (tracker_id) where muted_at is not null;
create index fetch_states_incomplete on fetch_states (tracker_id) where incomplete;
-- For forgetting old days; rows come nearly in this order.
create index fetch_days_day on fetch_days using brin (day);

-- Corrupt reports may be nobody's: an entry of an answer that names no key, or is not of the answer's form.
alter table corrupt_reports
  alter column tracker_id drop not null,
  add column source_id bigint references report_sources on delete set null,
  -- The id that the request has in the log.
  add column request_id uuid,
  drop constraint corrupt_reports_tracker_id_payload_hash_key,
  add unique nulls not distinct (tracker_id, payload_hash);
create index corrupt_reports_reason on corrupt_reports (reason, id desc);

-- What the fetchers of all consoles did, by UTC day: for trends.
create table fetcher_days (
  day date primary key,
  requests bigint not null default 0,
  failed_requests bigint not null default 0,
  reports bigint not null default 0,
  stored bigint not null default 0,
  duplicates bigint not null default 0,
  corrupt bigint not null default 0,
  absent bigint not null default 0,
  present bigint not null default 0
);
-- The queue and the totals of each minute, kept for two days: for the live charts.
create table fetcher_minutes (
  minute timestamptz primary key,
  depth bigint not null,
  due bigint not null,
  leased bigint not null,
  lag_seconds double precision not null,
  claims bigint not null,
  requests bigint not null,
  stored bigint not null,
  absent bigint not null
);

grant select on fetcher_days, fetcher_minutes to console_user;
do $$
declare
  name text;
begin
  foreach name in array array['fetcher_days', 'fetcher_minutes'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy staff on %I to console_staff using (true)', name);
  end loop;
end
$$;
