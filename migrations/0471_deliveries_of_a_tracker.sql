-- Whether a tracker was delivered before in its run is looked up by the tracker. On a database whose statistics are older than
-- its deliveries the planner took the index by run for it (`+ 0` keeps it from that), and read all of the run for each.
create or replace function count_deliveries() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  touched bigint[];
begin
  if tg_op = 'DELETE' then
    touched := array(select tracker_id from was);
    insert into run_count_changes
    select production_run_id, client_id, -count(*), 0 from was where not is_repeated group by 1, 2;
  elsif tg_op = 'INSERT' then
    touched := array(select tracker_id from present);
    insert into run_count_changes
    select production_run_id, client_id, count(*), 0 from present where not is_repeated group by 1, 2;
  else
    touched := array(select tracker_id from present);
    insert into run_count_changes
    select production_run_id, client_id, sum(n), 0 from (
      select production_run_id, client_id, -1 as n from was where not is_repeated
      union all select production_run_id, client_id, 1 from present where not is_repeated) each_one
    group by 1, 2 having sum(n) <> 0;
  end if;
  -- It comes here again for what it changes, until it has changed nothing.
  if cardinality(touched) > 0 then
    update deliveries d set is_repeated = not d.is_repeated
    where d.tracker_id = any(touched) and d.is_repeated <> exists (
      select from deliveries e where e.tracker_id = d.tracker_id and e.production_run_id + 0 = d.production_run_id
        and e.confirmed_at < d.confirmed_at);
  end if;
  return null;
end
$$;
