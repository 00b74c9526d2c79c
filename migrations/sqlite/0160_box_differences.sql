-- Where boxes and orders differ, of the whole company, as the central database told it last. What was put right here since
-- then is marked, until the database has heard of it.
create table box_differences (
  id integer primary key,
  order_id integer not null,
  mac integer,
  mutation_id text,
  put_right integer not null default 0,
  document text not null
) strict;
create index box_differences_order on box_differences (order_id);
create index box_differences_mac on box_differences (mac) where mac is not null;
