-- API tokens: what a program signs in with, for a user or (later) for a party that is no user. Only the SHA-256 of a
-- token is kept, and its first characters, by which a person knows it again.
create table api_tokens (
  id bigint generated always as identity primary key,
  name text not null,
  token_hash bytea not null unique,
  prefix text not null,
  user_id bigint references users,
  scopes text[] not null check (cardinality(scopes) > 0),
  expires_at timestamptz not null,
  -- Lags by minutes: not a write for each request.
  last_used_at timestamptz,
  created_by bigint not null references users,
  created_at timestamptz not null,
  revoked_at timestamptz,
  -- Exactly one owner. A further kind of owner adds its column and replaces this check.
  constraint api_tokens_one_owner check (num_nonnulls(user_id) = 1)
);
create index api_tokens_user on api_tokens (user_id, id desc);

grant select (id, name, prefix, user_id, scopes, expires_at, last_used_at, created_by, created_at, revoked_at),
  insert, update (revoked_at) on api_tokens to console_user;
alter table api_tokens enable row level security;
create policy staff on api_tokens to console_staff using (true);
create policy own on api_tokens to console_user
  using (user_id = nullif(current_setting('console.user_id', true), '')::bigint);

-- The party that a transaction acts for, when it is of this kind: for the policies of what parties may see. Parties run
-- as console_user without a client, and so see nothing that no policy gives them.
create function console_party_id(kind text) returns bigint language sql stable parallel safe as
$$ select case when current_setting('console.party_kind', true) = kind
  then nullif(current_setting('console.party_id', true), '')::bigint end $$;

-- A party is no user: its repeated requests are remembered under its token.
alter table idempotency_keys drop constraint idempotency_keys_pkey;
alter table idempotency_keys alter column user_id drop not null;
alter table idempotency_keys add column api_token_id bigint references api_tokens;
alter table idempotency_keys add constraint idempotency_keys_one_owner check (num_nonnulls(user_id, api_token_id) = 1);
alter table idempotency_keys add constraint idempotency_keys_of_user unique (user_id, key);
alter table idempotency_keys add constraint idempotency_keys_of_token unique (api_token_id, key);
create policy party_idempotency on idempotency_keys to console_user
  using (api_token_id = nullif(current_setting('console.api_token_id', true), '')::bigint);
