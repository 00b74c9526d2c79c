-- A brand that has production runs or orders stays with its client: theirs is what they hold.
create function brand_keeps_client() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (select from production_runs where brand_id = old.id) or exists (select from customer_orders where brand_id = old.id) then
    raise exception 'brand % has production runs or orders, and stays with its client', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger brand_keeps_client before update of client_id on brands
  for each row when (old.client_id is distinct from new.client_id) execute function brand_keeps_client();
drop trigger count_change on brands;
create trigger count_change before update of name, client_id, archived_at on brands
  for each row execute function count_change('name', 'client_id', 'archived_at');
