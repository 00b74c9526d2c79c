-- When a tracker was last found by an ask for the whole time: until a day later it may be asked for news alone.
alter table fetch_states add column whole_at timestamptz;
