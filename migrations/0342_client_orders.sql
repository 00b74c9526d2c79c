-- Customer orders as a report shows them, to staff all and to a client's user their own: how far they are and when they
-- are due, and nothing that staff note on them.
create view order_progress with (security_barrier = true) as
  select o.id, o.client_id, o.production_run_id, o.brand_id, o.quantity, o.allocated_count, o.state, o.due_date, o.created_at,
    d.delivered_count
  from customer_orders o cross join lateral (
    select count(distinct d.tracker_id)::int as delivered_count
    from device_allocations a join deliveries d on d.tracker_id = a.tracker_id
    where a.customer_order_id = o.id and d.client_id = o.client_id and d.confirmed_at >= a.allocated_at
      and (a.released_at is null or a.return_reason is not null and a.released_at > d.confirmed_at)) d
  where o.archived_at is null and (pg_has_role(current_user, 'console_staff', 'usage') or o.client_id = console_client_id());
grant select on order_progress to console_user;
