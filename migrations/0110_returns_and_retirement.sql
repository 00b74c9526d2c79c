-- A device leaves an order by an undo (it was never meant), or it is returned: then the allocation says why, and the
-- order goes on counting it.
alter table device_allocations add column return_reason text
  check (return_reason in ('returned', 'lost', 'broken', 'sold')),
  add constraint device_allocations_returned check (return_reason is null or released_at is not null);
drop index device_allocations_order;
create index device_allocations_order on device_allocations (customer_order_id, id desc)
  where released_at is null or return_reason is not null;

-- Out of use. Its history stays; it is in no run, and so nobody asks for it.
alter table trackers
  add column retired_at timestamptz,
  add column retirement_reason text check (retirement_reason in ('returned', 'lost', 'broken', 'sold')),
  -- It was retired before, so that its next run period doesn't reach back without limit.
  add column brought_back_at timestamptz,
  add constraint trackers_retired check ((retired_at is null) = (retirement_reason is null)
    and (retired_at is null or production_run_id is null));
create index trackers_retired on trackers (id) where retired_at is not null;
grant select (retired_at, retirement_reason), update (retired_at, retirement_reason, brought_back_at) on trackers to console_user;
grant select (brought_back_at) on trackers to console_staff;
-- Workstations hear of it as of any change of a device.
create trigger note_retired_device after update of retired_at on trackers
  for each row when ((old.retired_at is null) <> (new.retired_at is null)) execute function note_changed_device();

alter table run_periods
  drop constraint run_periods_ended_by_check,
  add constraint run_periods_ended_by_check
    check (ended_by in ('assignment', 'allocation', 'undo', 'return', 'retirement'));
