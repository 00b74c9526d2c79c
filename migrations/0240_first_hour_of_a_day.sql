-- Where clocks are set back at midnight (Havana, the Azores), 00:00 comes twice, and PostgreSQL takes the later one. A day
-- begins with the first. Where they are set forward at midnight there is no 00:00, and it takes the instant of the change.
create function day_starts_at(day date, zone text) returns timestamptz language sql stable parallel safe as $$
  select case when ((later - interval '1 hour') at time zone zone)::date = day then later - interval '1 hour' else later end
  from (select day::timestamp at time zone zone as later) midnight
$$;

create or replace function run_starts_at(run production_runs) returns timestamptz language sql stable as
$$ select day_starts_at(run.start_date, run.time_zone) $$;
create or replace function run_ends_at(run production_runs) returns timestamptz language sql stable as
$$ select day_starts_at(run.end_date + 1, run.time_zone) $$;
