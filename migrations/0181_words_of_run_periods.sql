-- What a tracker is fixed to belongs to the run period: a new one begins with none.
alter table run_periods
  add column name text check (length(name) between 1 and 200),
  -- The goods' number in the customer's own numbering.
  add column goods_reference text check (length(goods_reference) between 1 and 100),
  add column tags text[] not null default '{}',
  add column note text check (length(note) between 1 and 2000);
create index run_periods_name on run_periods (lower(name) text_pattern_ops) where voided_at is null and name is not null;
create index run_periods_goods_reference on run_periods (lower(goods_reference) text_pattern_ops)
  where voided_at is null and goods_reference is not null;
create index run_periods_tags on run_periods using gin (tags) where voided_at is null and tags <> '{}';
