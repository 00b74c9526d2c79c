-- Where a box and its order differ: a device that was put into the box and is not in the order (take-out), or one that was
-- taken out of the box and is still in the order (put-back). They come from acts that were refused when a workstation sent
-- them, and from orders that were cancelled after they had been scanned.
create table box_differences (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('take-out', 'put-back')),
  source text not null check (source in ('refused', 'cancelled')),
  -- Of the act that was refused: it is told once, however often it is sent.
  mutation_id uuid unique,
  -- Of the allocation that the cancelling ended.
  allocation_id bigint unique references device_allocations on delete set null,
  -- Without a reference: an order that was deleted while a workstation filled it has a box too.
  order_id bigint not null,
  tracker_id bigint references trackers on delete set null,
  mac_address macaddr,
  scanned text not null,
  scanned_by bigint references users,
  scanned_at timestamptz not null,
  -- The console that the act was made on.
  console_key uuid,
  -- Why the order doesn't have it, who did that and when.
  reason jsonb not null,
  created_at timestamptz not null,
  -- open: nobody has decided; accepted: decided, and the device is still where it should not be; done.
  state text not null check (state in ('open', 'accepted', 'done')),
  decision text check (decision in ('accept', 'retry', 'move', 'take-out')),
  decided_by bigint references users,
  decided_at timestamptz,
  note text not null default '',
  moved_to bigint,
  done_how text check (done_how in ('scanned', 'placed', 'belongs', 'undone', 'said')),
  done_by bigint references users,
  done_at timestamptz,
  check ((state = 'done') = (done_at is not null))
);
create index box_differences_unfinished on box_differences (id) where state <> 'done';
create index box_differences_order on box_differences (order_id, id) where state <> 'done';
create index box_differences_device on box_differences (mac_address) where state <> 'done';
create index box_differences_done on box_differences (done_at) where state = 'done';

grant select, insert, update, delete on box_differences to console_user;
alter table box_differences enable row level security;
create policy staff on box_differences to console_staff using (true);
create policy client_read on box_differences for select to console_user using (false);
