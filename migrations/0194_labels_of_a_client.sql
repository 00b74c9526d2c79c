-- What a client's user searches by label. Below row level security no index on an expression can be used, since the
-- functions in it aren't leakproof: all trackers of the client would be read. Read as the owner, for that reason, and of
-- the client alone: others get nothing.
create function own_trackers_labelled(serial text, mac_from macaddr, mac_through macaddr, mac_reversed text)
  returns setof bigint language sql stable security definer set search_path = public, pg_temp as $$
  select id from trackers where client_id = console_client_id()
    and lower(serial_number) ~>=~ serial and lower(serial_number) ~<~ (serial || U&'\+10FFFF')
  union
  select id from trackers where client_id = console_client_id() and mac_address between mac_from and mac_through
  union
  select id from trackers where client_id = console_client_id()
    and reverse(replace(mac_address::text, ':', '')) ~>=~ mac_reversed
    and reverse(replace(mac_address::text, ':', '')) ~<~ (mac_reversed || U&'\+10FFFF')
$$;
revoke all on function own_trackers_labelled(text, macaddr, macaddr, text) from public;
grant execute on function own_trackers_labelled(text, macaddr, macaddr, text) to console_user;
