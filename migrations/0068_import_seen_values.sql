-- In which row of a file a running import first saw an address, a serial number or a key. It replaces what would be held
-- in memory for a million rows. Unlogged, and without a reference that each row would have to be checked against: an
-- import that breaks off begins anew.
create unlogged table import_seen_values (
  job_id bigint not null,
  field text not null,
  value text collate "C" not null,
  row_number integer not null,
  primary key (job_id, field, value)
);
alter table import_seen_values enable row level security;
