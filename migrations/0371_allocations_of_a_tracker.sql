-- Which allocation a delivery is measured from: all of a tracker, and not only the live one.
create index device_allocations_tracker on device_allocations (tracker_id);
