-- Customer orders, device allocations, and every scan with its outcome.
create table customer_orders (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  brand_id bigint references brands,
  production_run_id bigint references production_runs,
  quantity integer not null check (quantity between 1 and 1000000),
  -- Live allocations; changed only in the transaction that locks this row, so it never passes quantity.
  allocated_count integer not null default 0 check (allocated_count >= 0),
  state text not null default 'open' check (state in ('open', 'filled', 'closed', 'cancelled')),
  due_date date,
  notes text not null default '',
  archived_at timestamptz,
  created_by bigint not null references users,
  created_at timestamptz not null default now(),
  check (allocated_count <= quantity)
);
create index customer_orders_state on customer_orders (state, id);

create table device_allocations (
  id bigint generated always as identity primary key,
  customer_order_id bigint not null references customer_orders,
  tracker_id bigint not null references trackers,
  allocated_by bigint not null references users,
  allocated_at timestamptz not null,
  -- The run the tracker was in before, to which an undo returns it.
  previous_production_run_id bigint references production_runs,
  released_by bigint references users,
  released_at timestamptz
);
-- This index, not the code, decides that a tracker has at most one live allocation.
create unique index device_allocations_live on device_allocations (tracker_id) where released_at is null;
create index device_allocations_order on device_allocations (customer_order_id, id desc) where released_at is null;

create table scans (
  id bigint generated always as identity primary key,
  customer_order_id bigint not null references customer_orders,
  -- Made by the station, once for each scan: a scan that is sent again finds its first answer here.
  mutation_id uuid unique,
  scanned text not null,
  mac_address macaddr,
  tracker_id bigint references trackers,
  outcome text not null,
  result jsonb not null,
  allocation_id bigint references device_allocations,
  scanned_by bigint not null references users,
  scanned_at timestamptz not null
);
create index scans_order on scans (customer_order_id, id desc);
