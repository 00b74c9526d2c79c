-- A device whose address was corrected leaves the former one.
create index devices_tracker on devices (tracker_id);
