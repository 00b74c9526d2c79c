-- The day by which the manufacturer promised the devices of an export; null where nobody said. What isn't back after it is missing.
alter table manufacturer_exports add column due_on date;
