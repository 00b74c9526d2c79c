-- What happened to an order besides its scans: who placed, changed, split, closed, cancelled or reopened it, and the scan
-- by which it was filled or opened again.
create table customer_order_events (
  id bigint generated always as identity primary key,
  customer_order_id bigint not null references customer_orders on delete cascade,
  kind text not null check (kind in
    ('placed', 'changed', 'filled', 'opened', 'closed', 'cancelled', 'reopened', 'split', 'split-off')),
  state text not null check (state in ('open', 'filled', 'closed', 'cancelled')),
  details jsonb not null default '{}',
  by_user_id bigint not null references users,
  at timestamptz not null
);
create index customer_order_events_order on customer_order_events (customer_order_id, id desc);

-- Orders that were placed before: their beginning is known.
insert into customer_order_events (customer_order_id, kind, state, by_user_id, at)
select id, 'placed', 'open', created_by, created_at from customer_orders;

grant select, insert, delete on customer_order_events to console_user;
alter table customer_order_events enable row level security;
create policy staff on customer_order_events to console_staff using (true);
create policy client_read on customer_order_events for select to console_user using (false);
