-- Where a manufacturer wants to be told that a key order is ready. The secret that signs the messages is sealed, and no
-- role of people can read it.
create table manufacturer_webhooks (
  manufacturer_id bigint primary key references manufacturers,
  url text not null,
  secret bytea not null,
  data_key_id bigint not null references data_keys,
  created_at timestamptz not null
);

create table webhook_deliveries (
  id bigint generated always as identity primary key,
  manufacturer_id bigint not null references manufacturers,
  manufacturer_export_id bigint not null references manufacturer_exports,
  -- The same in every attempt, so that the receiver knows a message again.
  message_id uuid not null unique,
  attempts integer not null default 0,
  last_attempt_at timestamptz,
  last_status integer,
  last_error text,
  next_attempt_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null
);
create index webhook_deliveries_manufacturer on webhook_deliveries (manufacturer_id, id desc);

grant select (manufacturer_id, url, data_key_id, created_at), insert, update, delete on manufacturer_webhooks to console_user;
grant select on webhook_deliveries to console_user;
do $$
declare
  added text;
begin
  foreach added in array array['manufacturer_webhooks', 'webhook_deliveries'] loop
    execute format('alter table %I enable row level security', added);
    execute format('create policy staff on %I to console_staff using (true)', added);
  end loop;
end
$$;
