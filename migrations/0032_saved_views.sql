-- What each person keeps for a list: filters, sort and columns under a name of their own, as the address of the screen
-- holds them. Everyone sees and changes their own only, a client's user too.
create table saved_views (
  id bigint generated always as identity primary key,
  user_id bigint not null references users on delete cascade,
  list text not null check (list ~ '^[a-z-]{1,40}$'),
  name text not null check (length(name) between 1 and 60),
  state jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index saved_views_name on saved_views (user_id, list, lower(name));

grant select, insert, update, delete on saved_views to console_user;
alter table saved_views enable row level security;
create policy own on saved_views to console_user
  using (user_id = nullif(current_setting('console.user_id', true), '')::bigint)
  with check (user_id = nullif(current_setting('console.user_id', true), '')::bigint);

-- Which base map is shown is no secret to a client's user: their map needs it.
create policy client_read_map on settings for select to console_user using (key = 'map');
