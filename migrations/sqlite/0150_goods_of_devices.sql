-- The goods that a device is paired with in its order, so that a code that comes twice is asked about here too.
alter table devices add column goods_reference text;
create index devices_goods on devices (order_id, goods_reference) where goods_reference is not null;
