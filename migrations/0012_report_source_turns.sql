-- One request at a time on an account, however many consoles fetch: a source is held for one turn, which lapses when
-- its console dies. `turn` fences an answer that comes after its turn has lapsed.
alter table report_sources
  add column turn bigint not null default 0,
  add column busy_until timestamptz;
-- Whether there are credentials may be seen; what they are may not.
grant select (data_key_id) on report_sources to console_user;
