-- Where the codes on a manufacturer's devices have the MAC address: the identifier of a GS1 element.
alter table manufacturers add column mac_identifier text not null default '21' check (mac_identifier ~ '^[0-9]{2,4}$');
-- A person's field, and so one of those that a version counts.
drop trigger count_change on manufacturers;
create trigger count_change before update of name, contact, notes, profile, mac_identifier, archived_at on manufacturers
  for each row execute function count_change('name', 'contact', 'notes', 'profile', 'mac_identifier', 'archived_at');
