-- Leases of consoles that ended while they worked on a job, since any of its work was last stored. The second is the last.
alter table jobs add column ended_hosts uuid[] not null default '{}';

-- What jobs left under way that were given up before they could say so.
update key_batches set state = 'cancelled'
where state = 'generating'
  and not exists (select from jobs j where j.id = key_batches.job_id and j.state in ('queued', 'running'));
delete from key_encryption_keys
where pending and not exists (select from jobs where kind = 'key-rotation' and state in ('queued', 'running'));
update key_encryption_keys set next_kdf = null, next_wrapped_key = null
where next_kdf is not null
  and not exists (select from jobs where kind = 'passphrase-change' and state in ('queued', 'running'));
