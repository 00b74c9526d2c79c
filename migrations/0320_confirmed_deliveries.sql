-- The overview counts deliveries by the day on which they were confirmed, and names the latest.
create index deliveries_confirmed on deliveries (confirmed_at);
