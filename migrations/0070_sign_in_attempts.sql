-- Attempts to guess a secret, raised before each is judged and seen by every console: a password by name and address, the
-- name everywhere, an address whatever the name; the password of a person who is signed in; unknown API tokens. Names that
-- no user has are counted alike, so that a lock does not tell which names exist.
-- users.failed_logins and users.locked_until are written by older consoles only.
create table sign_in_attempts (
  what text not null,
  who text not null,
  address text not null,
  -- Falls with time, raised by one at each attempt.
  level double precision not null,
  counted_at timestamptz not null,
  blocked_until timestamptz not null,
  primary key (what, who, address)
);
-- A new password, or being enabled again, ends a lock: for those who may change users.
alter table sign_in_attempts enable row level security;
create policy staff on sign_in_attempts to console_staff using (true);
grant select (what, who), delete on sign_in_attempts to console_user;
