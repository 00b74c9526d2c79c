-- A password that somebody else chose is changed at the next login.
alter table users add column must_change_password boolean not null default false;
grant select (must_change_password) on users to console_user;

-- Sessions are listed and ended one by one, so they need a name that is no secret, and where they come from.
alter table sessions add column id bigint generated always as identity unique;
alter table sessions add column address text not null default '';
alter table sessions add column second_factor boolean not null default false;
grant select (id, address, second_factor) on sessions to console_user;

-- One-time codes (RFC 6238). The secret is sealed under a data key, bound to its row; it counts once confirmed. A code is
-- good once: last_step is the number of the last time step that was used.
create table user_totp (
  user_id bigint primary key references users,
  data_key_id bigint not null references data_keys,
  sealed_secret bytea not null,
  confirmed_at timestamptz,
  last_step bigint not null default 0,
  created_at timestamptz not null
);
-- 80 random bits each, so that a fast hash is enough.
create table recovery_codes (
  user_id bigint not null references users,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);
-- People see who has a second factor; everything else of it is the product's own.
grant select (user_id, confirmed_at) on user_totp to console_user;
alter table user_totp enable row level security;
create policy staff on user_totp to console_staff using (true);
create policy own on user_totp for select to console_user
  using (user_id = nullif(current_setting('console.user_id', true), '')::bigint);
alter table recovery_codes enable row level security;
