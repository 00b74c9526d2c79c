-- When a tracker that had left the queue was asked for once more.
alter table fetch_states add column closed_at timestamptz;
