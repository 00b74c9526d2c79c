-- The orders that a person scanned into last, at the scan station.
create index scans_person on scans (scanned_by, scanned_at desc);
