-- What labels said before they were corrected: a scan of one is answered with the tracker's present address.
create table former_labels (
  mac integer primary key,
  tracker_id integer not null,
  -- Milliseconds since 1970.
  replaced_at integer not null
);
create index former_labels_tracker on former_labels (tracker_id);
-- What the journal of devices still holds is read once more, with their former labels.
update facts set value = '1' where name = 'device-cursor';
