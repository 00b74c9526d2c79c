-- Whether a private key is here is told to staff; the key itself is still readable by the system alone.
grant select (data_key_id) on device_keys to console_staff;

-- Since when every request to a source failed.
alter table report_sources add column failing_since timestamptz;
update report_sources set failing_since = last_request_at where circuit <> 'closed' and last_error is not null;
grant select (failing_since) on report_sources to console_user;
