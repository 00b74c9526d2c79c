-- Attempts to sign in while cut off, raised before each is judged, so that a restart forgets none.
create table sign_in_attempts (
  what text not null,
  who text not null,
  address text not null,
  level real not null,
  counted_at integer not null,
  blocked_until integer not null,
  primary key (what, who, address)
) strict, without rowid;

-- Somebody else chose the password: until it is changed, at the central database, nothing is open.
alter table people add column must_change_password integer not null default 0;
