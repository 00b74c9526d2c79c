-- Status history and aggregates: written by the status engine only.
create table status_history (
  id bigint generated always as identity primary key,
  tracker_id bigint not null references trackers on delete cascade,
  production_run_id bigint references production_runs,
  visit_id uuid not null,
  status text not null check (status in ('IN_TRANSIT', 'IN_STORAGE', 'DELIVERED')),
  location_id bigint references locations,
  -- The report that caused the entry: its place in the order of the fold.
  cause_reported_at timestamptz not null,
  cause_payload_hash bytea not null,
  entered_at timestamptz not null,
  left_at timestamptz,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  superseded_reason text
);
create unique index status_history_live on status_history (tracker_id, cause_reported_at, cause_payload_hash)
  where superseded_at is null;
create index status_history_location on status_history (location_id, entered_at) where superseded_at is null;
create index status_history_entered on status_history (entered_at, status) where superseded_at is null;
create index status_history_tracker on status_history (tracker_id, entered_at desc, id desc);

-- Of the reports that count, by UTC hour and day.
create table tracker_aggregates (
  tracker_id bigint not null references trackers on delete cascade,
  period text not null check (period in ('hour', 'day')),
  bucket_start timestamptz not null,
  report_count integer not null,
  first_reported_at timestamptz not null,
  last_reported_at timestamptz not null,
  -- Mean weighted by 1 / accuracy squared, and the sums it is made of (unit vectors times weights), so that a new
  -- report is added without reading the bucket's others.
  position geography(point, 4326) not null,
  weight_sum double precision not null,
  x_sum double precision not null,
  y_sum double precision not null,
  z_sum double precision not null,
  -- Along the track; a leg counts in the bucket that it ends in, so that hours add up to days.
  distance_m double precision not null,
  status_at_end text not null,
  primary key (tracker_id, period, bucket_start)
);
create index tracker_aggregates_bucket on tracker_aggregates (period, bucket_start);
