-- Periods are corrected one by one.
alter table run_periods
  drop constraint run_periods_began_by_check,
  add constraint run_periods_began_by_check check (began_by in ('made', 'assignment', 'allocation', 'undo', 'correction')),
  drop constraint run_periods_ended_by_check,
  add constraint run_periods_ended_by_check
    check (ended_by in ('assignment', 'allocation', 'undo', 'return', 'retirement', 'correction'));
