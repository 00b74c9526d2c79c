-- A mistyped MAC or serial number is corrected. What the label said is kept for a year, so that a scan of it is answered.
create table former_mac_addresses (
  id bigint generated always as identity primary key,
  tracker_id bigint not null references trackers on delete cascade,
  mac_address macaddr not null,
  replaced_at timestamptz not null
);
create index former_mac_addresses_mac on former_mac_addresses (mac_address, replaced_at desc);
create index former_mac_addresses_tracker on former_mac_addresses (tracker_id);
create index former_mac_addresses_age on former_mac_addresses (replaced_at);
alter table former_mac_addresses enable row level security;
create policy staff on former_mac_addresses to console_staff using (true);
grant select, insert, delete on former_mac_addresses to console_user;

grant update (mac_address, serial_number, manufactured_at) on trackers to console_user;
-- Several are corrected by one statement, among each other too.
alter table trackers drop constraint trackers_mac_address_key,
  add constraint trackers_mac_address_key unique (mac_address) deferrable initially immediate;
