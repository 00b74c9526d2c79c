-- What a statement changed is compared by grouping. A join of what was with what is goes by the plan of the session's first
-- such statement, which had a row or none: a nested loop, that took minutes for some ten thousand rows.
create or replace function count_changed_trackers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform count_trackers_anew(array_agg(changed.id)) from (
    select id from (
      select id, client_id, production_run_id, key_batch_id, mac_address is null as unmade, retired_at is null as in_use from was
      union all
      select id, client_id, production_run_id, key_batch_id, mac_address is null, retired_at is null from present) each_one
    group by id, client_id, production_run_id, key_batch_id, unmade, in_use having count(*) = 1) changed
  having count(*) > 0;
  return null;
end
$$;
create or replace function count_changed_statuses() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform count_trackers_anew(array_agg(changed.tracker_id)) from (
    select tracker_id from (
      select tracker_id, status from was union all select tracker_id, status from present) each_one
    group by tracker_id having min(status) <> max(status)) changed
  having count(*) > 0;
  return null;
end
$$;
