-- An order can ask for the goods of each tracker: after its scan the station takes the goods' own code.
alter table customer_orders add column pairs_goods boolean not null default false;
drop trigger count_change on customer_orders;
create trigger count_change before update of quantity, due_date, notes, brand_id, production_run_id, pairs_goods on customer_orders
  for each row execute function count_change('quantity', 'due_date', 'notes', 'brand_id', 'production_run_id', 'pairs_goods');

-- Which goods the device of an allocation is fixed to. A table of its own: a client's user reads allocations, whose
-- tracker may be another client's by now, but goods only from their own run periods.
create table device_pairings (
  allocation_id bigint primary key references device_allocations on delete cascade,
  customer_order_id bigint not null references customer_orders on delete cascade,
  tracker_id bigint not null references trackers on delete cascade,
  goods_reference text not null check (length(goods_reference) between 1 and 100),
  -- The run period that has the reference too, and what it said before; null where the tracker was in none.
  run_period_id bigint references run_periods on delete set null,
  former_reference text,
  paired_by bigint not null references users,
  paired_at timestamptz not null
);
create index device_pairings_goods on device_pairings (customer_order_id, goods_reference);
create index device_pairings_period on device_pairings (run_period_id) where run_period_id is not null;
create index device_pairings_tracker on device_pairings (tracker_id);

alter table device_pairings enable row level security;
create policy service on device_pairings for all to console_service using (true);
create policy staff on device_pairings for all to console_staff using (true);
create policy client_read on device_pairings for select to console_user using (false);
grant select, insert, update, delete on device_pairings to console_user, console_service;

-- Workstations keep the codes of the orders in work, so that they can ask about one that comes twice.
create function note_paired_device() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  tracker bigint := case tg_op when 'DELETE' then old.tracker_id else new.tracker_id end;
begin
  insert into device_changes (first_id, last_id) values (tracker, tracker);
  return null;
end $$;
revoke execute on function note_paired_device() from public;
create trigger note_paired_device after insert or update of goods_reference or delete on device_pairings
  for each row execute function note_paired_device();

-- A reference that is corrected in the run period is corrected in the order.
create function follow_goods_reference() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.goods_reference is null then
    delete from device_pairings where run_period_id = new.id;
  else
    update device_pairings set goods_reference = new.goods_reference
    where run_period_id = new.id and goods_reference <> new.goods_reference;
  end if;
  return null;
end $$;
revoke execute on function follow_goods_reference() from public;
create trigger follow_goods_reference after update of goods_reference on run_periods for each row
  when (old.goods_reference is distinct from new.goods_reference) execute function follow_goods_reference();
