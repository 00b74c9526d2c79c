-- The audit log is read by who, on what, and when. Ids follow the order of commits, and so nearly that of times.
create index audit_log_actor on audit_log (actor, id desc);
create index audit_log_resource on audit_log (resource_type, resource_id, id desc);
create index audit_log_at on audit_log (at);
