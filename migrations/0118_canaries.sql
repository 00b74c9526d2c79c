-- What makes an answer complete is shown, not assumed: a source has to name again what it named before.
create table source_canaries (
  source_id bigint not null references report_sources on delete cascade,
  -- By the key's hash, which stays with the key when it moves to another tracker.
  hashed_key bytea not null check (octet_length(hashed_key) = 32),
  tracker_id bigint not null references trackers on delete cascade,
  -- Time of the newest report that the source gave of the key.
  reported_at timestamptz not null,
  reports integer not null,
  -- How many of the reports that came at `counted_at` the source has to have a day later too.
  solid integer not null,
  counted_at timestamptz not null,
  -- Answers in a row that lacked the key; how large the last such ask and answer were.
  misses integer not null default 0,
  missed_ids integer not null default 0,
  missed_reports integer not null default 0,
  -- It fills an answer alone, and its time was searched in parts.
  searched boolean not null default false,
  primary key (source_id, hashed_key)
);
create index source_canaries_tracker on source_canaries (tracker_id);
create index source_canaries_young on source_canaries (source_id, reported_at);
alter table source_canaries enable row level security;
create policy staff on source_canaries to console_staff using (true);
grant select on source_canaries to console_user;

alter table report_sources
  -- How the source answers, as far as it was learned, and what a person has set of it.
  add column learned jsonb not null default '{}',
  add column assumed jsonb not null default '{}';
grant select (learned, assumed) on report_sources to console_user;
-- Until now: the most reports that an answer was seen to hold. From now on: the most that a cut answer held.
update report_sources set learned_cap = null;

alter table fetch_states
  -- When an answer last told something of it, or should have.
  add column asked_at timestamptz,
  -- The source whose answer lacked it while nothing proved that answer complete.
  add column unproven_by bigint references report_sources on delete set null,
  -- Absent from the last complete answer of a source that omits at random: the next one decides.
  add column absent_once boolean not null default false,
  -- Begin and end, in epoch milliseconds, of parts of its time that are still to be asked for.
  add column spans_left bigint[];
create index fetch_states_unproven on fetch_states (unproven_by) where unproven_by is not null;
