-- Location reports, partitioned by month of the report's own time. Identity: tracker, time and payload.
create table location_reports (
  tracker_id bigint not null,
  reported_at timestamptz not null,
  payload_hash bytea not null,
  received_at timestamptz not null,
  published_at timestamptz,
  -- Null when the position is invalid (FINDMY.md: 0/0 with accuracy 0).
  position geography(point, 4326),
  horizontal_accuracy_m smallint,
  confidence smallint not null,
  status_byte smallint,
  nearest_city_id integer,
  nearest_city_distance_m integer,
  -- Why the status rules leave it out; null when it counts. Set by the fold, since run dates may change.
  left_out_reason text check (left_out_reason in ('outside-run-dates', 'inaccurate', 'invalid', 'no-run')),
  primary key (tracker_id, reported_at, payload_hash)
) partition by range (reported_at);

-- Makes the partitions of the months from..to where they are missing. Called by ingest for the months it stores.
create function ensure_location_report_partitions(first_at timestamptz, last_at timestamptz) returns void
language plpgsql as $$
declare
  month timestamptz := month_start(first_at);
  partition_name text;
begin
  while month <= last_at loop
    partition_name := 'location_reports_' || to_char(month at time zone 'UTC', 'YYYY_MM');
    if to_regclass(partition_name) is null then
      perform pg_advisory_xact_lock(7240225);
      if to_regclass(partition_name) is null then
        -- "if not exists" once more: what to_regclass remembers may be older than the wait for the lock.
        execute format('create table if not exists %I partition of location_reports for values from (%L) to (%L)', partition_name,
          month, (month at time zone 'UTC' + interval '1 month') at time zone 'UTC');
      end if;
    end if;
    month := (month at time zone 'UTC' + interval '1 month') at time zone 'UTC';
  end loop;
end
$$;

-- The cities that reports were near to, by GeoNames id; filled as they are met.
create table nearest_cities (
  id integer primary key,
  name text not null,
  country_code text not null
);

-- What could not be decoded or decrypted is counted and kept for inspection.
create table corrupt_reports (
  id bigint generated always as identity primary key,
  tracker_id bigint not null references trackers on delete cascade,
  payload_hash bytea not null,
  payload bytea not null,
  reason text not null,
  received_at timestamptz not null,
  unique (tracker_id, payload_hash)
);

-- Work of the status engine: which trackers have something new, and from when on their history must be folded again.
-- The reason is 'reports' of ingest, else what superseded history rows will say ('fence changed').
create table status_pending (
  tracker_id bigint primary key references trackers on delete cascade,
  fold_from timestamptz not null,
  -- Time of the last report that is new; infinity when it isn't new reports, or not only.
  fold_to timestamptz not null default 'infinity',
  reason text not null,
  queued_at timestamptz not null
);
create index status_pending_order on status_pending (queued_at);
