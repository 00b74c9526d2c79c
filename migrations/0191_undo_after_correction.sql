-- The period that took the place of one whose run was corrected. What an allocation did to the former, its undo takes
-- back of the latter.
alter table run_periods add column replaced_by_id bigint references run_periods;
create function standing_period(period bigint) returns bigint language sql stable as $$
  with recursive place as (
    select p.id, p.replaced_by_id from run_periods p where p.id = period
    union all
    select n.id, n.replaced_by_id from place p join run_periods n on n.id = p.replaced_by_id)
  select id from place where replaced_by_id is null
$$;
