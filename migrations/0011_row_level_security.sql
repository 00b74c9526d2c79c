-- What the role of people may touch. Grants first: no private key, password hash or credential can be read at all.
grant select, insert, update, delete on clients, brands, production_runs, locations, production_run_locations,
  customer_orders, device_allocations, scans, key_batches, manufacturer_exports, jobs, job_files, job_problems,
  settings, idempotency_keys, status_pending, fetch_states, fetch_days to console_user;
grant select on run_locations, tracker_status, location_reports, nearest_cities, status_history, tracker_aggregates,
  corrupt_reports, fetcher_totals, audit_log to console_user;
grant select (id, key_batch_id, production_run_id, client_id, advertisement_key, hashed_advertisement_key,
  broadcast_address, mac_address, serial_number, manufactured_at, created_at), update (production_run_id, client_id)
  on trackers to console_user;
grant select (id, username, display_name, role, client_id, failed_logins, locked_until, disabled_at, last_login_at,
  created_at), insert, update on users to console_user;
grant select (token_hash, user_id, created_at, last_seen_at, expires_at, user_agent), delete on sessions to console_user;
grant select (id, name, kind, url, anisette_url, enabled, min_interval_seconds, max_batch_size, circuit,
  consecutive_failures, paused_until, batch_size, learned_cap, last_request_at, last_error, requests, failures, saturated,
  reports, created_at), insert, update, delete on report_sources to console_user;
revoke all on function append_audit from public;
grant execute on function append_audit to console_user;

-- Staff have no client (console_client_id() is null) and see every row. A client's user sees what is theirs, and
-- changes nothing in these tables.
do $$
declare
  scoped record;
begin
  for scoped in
    select * from (values
      ('clients', 'id = console_client_id()'),
      ('brands', 'client_id = console_client_id()'),
      ('production_runs', 'client_id = console_client_id()'),
      ('trackers', 'client_id = console_client_id()'),
      ('tracker_status', 'exists (select from trackers t where t.id = tracker_id and t.client_id = console_client_id())'),
      ('location_reports', 'exists (select from trackers t where t.id = tracker_id and t.client_id = console_client_id())'),
      ('status_history', 'exists (select from trackers t where t.id = tracker_id and t.client_id = console_client_id())'),
      ('tracker_aggregates', 'exists (select from trackers t where t.id = tracker_id and t.client_id = console_client_id())'),
      ('production_run_locations', 'exists (select from production_runs r where r.id = production_run_id and r.client_id = console_client_id())'),
      ('locations', 'exists (select from production_runs r where r.id = production_run_id and r.client_id = console_client_id())
        or exists (select from production_run_locations l where l.location_id = locations.id)'),
      ('nearest_cities', 'true'),
      ('users', 'id = nullif(current_setting(''console.user_id'', true), '''')::bigint'),
      ('sessions', 'user_id = nullif(current_setting(''console.user_id'', true), '''')::bigint'),
      ('idempotency_keys', 'user_id = nullif(current_setting(''console.user_id'', true), '''')::bigint'),
      ('customer_orders', 'false'), ('device_allocations', 'false'), ('scans', 'false'), ('key_batches', 'false'),
      ('manufacturer_exports', 'false'), ('jobs', 'false'), ('job_files', 'false'), ('job_problems', 'false'),
      ('settings', 'false'), ('status_pending', 'false'), ('fetch_states', 'false'), ('fetch_days', 'false'),
      ('corrupt_reports', 'false'), ('fetcher_totals', 'false'), ('audit_log', 'false'), ('report_sources', 'false')
    ) as list (table_name, client_rule)
  loop
    execute format('alter table %I enable row level security', scoped.table_name);
    execute format('create policy staff on %I to console_user using (console_client_id() is null)', scoped.table_name);
    execute format('create policy client_read on %I for select to console_user using (console_client_id() is not null and (%s))',
      scoped.table_name, scoped.client_rule);
  end loop;
end
$$;
-- A client's user may end an own session, and have a repeated request answered.
create policy own_session_end on sessions for delete to console_user
  using (user_id = nullif(current_setting('console.user_id', true), '')::bigint);
create policy own_idempotency on idempotency_keys for insert to console_user
  with check (user_id = nullif(current_setting('console.user_id', true), '')::bigint);
