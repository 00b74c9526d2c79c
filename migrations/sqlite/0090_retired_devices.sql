-- Devices that are out of use.
alter table devices add column retired integer not null default 0;
