-- What a client's user searches by label comes one by one, so that whoever only asks whether there are many needn't wait for
-- all. Who wants each once says so.
create or replace function own_trackers_labelled(serial text, mac_from macaddr, mac_through macaddr, mac_reversed text)
  returns setof bigint language sql stable security definer set search_path = public, pg_temp as $$
  select id from trackers where client_id = console_client_id()
    and lower(serial_number) ~>=~ serial and lower(serial_number) ~<~ (serial || U&'\+10FFFF')
  union all
  select id from trackers where client_id = console_client_id() and mac_address between mac_from and mac_through
  union all
  select id from trackers where client_id = console_client_id()
    and reverse(replace(mac_address::text, ':', '')) ~>=~ mac_reversed
    and reverse(replace(mac_address::text, ':', '')) ~<~ (mac_reversed || U&'\+10FFFF')
$$;
