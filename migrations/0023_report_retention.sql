-- Reports before `kept_from` were dropped by retention. One row at most.
create table report_retention (
  one boolean primary key default true check (one),
  kept_from timestamptz not null
);
grant select on report_retention to console_user;
alter table report_retention enable row level security;
create policy staff on report_retention to console_staff using (true);

-- Drops the partitions that lie wholly before `cut`, and answers their names. What is folded again from now on starts
-- at what is left: history that dropped reports had led to stays as it was told.
create function drop_location_reports_before(cut timestamptz) returns text[]
language plpgsql as $$
declare
  part record;
  dropped text[] := '{}';
  kept timestamptz;
begin
  for part in
    select c.relname, to_date(right(c.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC' as starts_at,
      (to_date(right(c.relname, 7), 'YYYY_MM')::timestamp + interval '1 month') at time zone 'UTC' as ends_at
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'location_reports'::regclass
    order by c.relname
  loop
    exit when part.ends_at > cut;
    execute format('drop table %I', part.relname);
    dropped := dropped || part.relname::text;
    kept := part.ends_at;
  end loop;
  if kept is not null then
    insert into report_retention as r (kept_from) values (kept)
    on conflict (one) do update set kept_from = greatest(r.kept_from, excluded.kept_from);
  end if;
  return dropped;
end
$$;

create function fold_what_is_kept() returns trigger language plpgsql as $$
begin
  new.fold_from := greatest(new.fold_from, (select kept_from from report_retention));
  return new;
end
$$;
-- Not for new reports, which are at most days old: this stays out of the way of ingest.
create trigger fold_what_is_kept before insert or update on status_pending
  for each row when (new.reason <> 'reports') execute function fold_what_is_kept();
