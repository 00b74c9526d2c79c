-- How old the login of a source is, how long it lasts, and where fresh ones come from.
alter table report_sources
  -- An auth.json on the host of a fetcher, which another tool keeps fresh.
  add column login_file text,
  -- How long a login lasts, as a person has set it; null is learned.
  add column login_days double precision check (login_days > 0),
  add column login_from text check (login_from in ('person', 'file', 'api')),
  add column login_set_at timestamptz,
  add column login_worked_at timestamptz,
  add column login_refused_at timestamptz,
  -- How many days the last logins worked until they were refused, the newest first.
  add column login_lasted double precision[] not null default '{}',
  add column login_file_read_at timestamptz,
  add column login_file_error text;
grant select (login_file, login_days, login_from, login_set_at, login_worked_at, login_refused_at,
  login_lasted, login_file_read_at, login_file_error) on report_sources to console_user;

-- A login that a tool replaces is no change of a person's.
drop trigger count_change on report_sources;
create trigger count_change before update of name, url, anisette_url, enabled, min_interval_seconds, max_batch_size, assumed,
  login_file, login_days on report_sources for each row
  execute function count_change('name', 'url', 'anisette_url', 'enabled', 'min_interval_seconds', 'max_batch_size', 'assumed',
    'login_file', 'login_days');
create trigger count_login_change before update of credentials on report_sources for each row
  when (new.login_from is null or new.login_from = 'person') execute function count_change('credentials');

-- How long a login lasts in days: as set, else the middle of how long the last ones did; null while nothing is known.
create function login_lifetime(set_days double precision, lasted double precision[]) returns double precision
  language sql immutable parallel safe as $$
  select coalesce(set_days, (select percentile_cont(0.5) within group (order by days) from unnest(lasted) as days))
$$;

-- From when on somebody has to see to a login: a tenth of its life before its end, and half a day at least.
create function login_warns_at(set_at timestamptz, lifetime double precision) returns timestamptz
  language sql immutable parallel safe as $$
  select set_at + make_interval(secs => 86400 * (lifetime - least(lifetime / 2, greatest(lifetime / 10, 0.5))))
$$;

-- An alert may be about a source, and belongs to no run and no client then.
alter table alerts
  add column report_source_id bigint references report_sources on delete cascade,
  alter column production_run_id drop not null,
  drop constraint alerts_kind_check,
  add constraint alerts_kind_check check (kind in ('impossible-speed', 'silent', 'left-delivery', 'unexpected-stop', 'off-route',
    'battery-low', 'silent-cluster', 'login')),
  add constraint alerts_about check ((production_run_id is null) = (report_source_id is not null));
create unique index alerts_open_source on alerts (kind, report_source_id) where resolved_at is null and report_source_id is not null;
create index alerts_source on alerts (report_source_id) where report_source_id is not null;
