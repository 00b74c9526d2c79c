-- What was done to one tracker: entries name it in their details (a scan, an assignment of many, a fetch asked for).
create index audit_log_details on audit_log using gin (details jsonb_path_ops);
