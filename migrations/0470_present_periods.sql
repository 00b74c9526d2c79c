-- The present period of a tracker, found by the tracker. On a database whose statistics are older than its trackers, the planner
-- took the index by client for it, and read all of it for each one: minutes for some ten thousand trackers.
create index run_periods_present on run_periods (tracker_id) where voided_at is null and ends_at = 'infinity';
