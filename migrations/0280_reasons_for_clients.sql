-- What a client's user is told of fetching, without sight of its settings, sources and keys: that it works, and which
-- of their own trackers are asked for.
create function fetching_works(runs_here boolean, able_since timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((select value -> 'paused' from settings where key = 'fetcher') <> 'true'::jsonb, true)
    and (runs_here or exists (select from fetcher_totals
      where name = 'lastAbleAt' and value > extract(epoch from able_since) * 1000))
    and exists (select from report_sources
      where enabled and circuit = 'closed' and learned ->> 'blindSince' is null)
$$;
create function can_be_asked(trackers bigint[]) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select t.id from trackers t
  where t.id = any(trackers) and t.mac_address is not null
    and (console_client_id() is null or t.client_id = console_client_id())
    and exists (select from device_keys k where k.tracker_id = t.id and k.data_key_id is not null)
$$;
revoke all on function fetching_works(boolean, timestamptz), can_be_asked(bigint[]) from public;
grant execute on function fetching_works(boolean, timestamptz), can_be_asked(bigint[]) to console_user, console_service;
