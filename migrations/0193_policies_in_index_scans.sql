-- As one comparison, with nothing beside it, a policy that says the same as the query is told once and not for each row.
do $$
declare
  scoped record;
begin
  for scoped in
    select tablename, case tablename when 'clients' then 'id' else 'client_id' end as client from pg_policies
    where schemaname = current_schema() and policyname = 'client_read'
      and qual in ('((console_client_id() IS NOT NULL) AND (client_id = console_client_id()))',
        '((console_client_id() IS NOT NULL) AND (id = console_client_id()))')
  loop
    execute format('alter policy client_read on %I using (%I = console_client_id())', scoped.tablename, scoped.client);
  end loop;
end
$$;
create or replace function compare_report_stamps() returns void
  language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
begin
  alter policy client_read on location_reports using (client_id = console_client_id());
end
$$;
alter policy client_read on locations using (console_client_id() = any (client_ids));
alter policy client_read on run_periods using (client_id = console_client_id() and voided_at is null);

-- What is counted of a client's trackers, by status too, is read from indexes alone. The columns change with a move.
drop index trackers_client;
create index trackers_client on trackers (client_id, id) include (production_run_id);
drop index trackers_run;
create index trackers_run on trackers (production_run_id, id) include (client_id);
drop index tracker_status_status;
create index tracker_status_status on tracker_status (status, tracker_id) include (client_id);
