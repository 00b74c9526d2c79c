-- How many trackers there are of each client, run, batch and status is known without reading them: each tracker says as
-- what it is counted, a change of that adds a row to those that are not summed yet, and one console sums them from
-- time to time. Whoever counts adds both, in one statement, and so counts exactly what is committed. No row of a sum is
-- written by whoever changes a tracker.
create table tracker_count_sums (
  client_id bigint,
  production_run_id bigint,
  key_batch_id bigint,
  is_made boolean not null,
  is_allocated boolean not null,
  is_retired boolean not null,
  status text not null,
  trackers bigint not null,
  unique nulls not distinct (production_run_id, client_id, key_batch_id, is_made, is_allocated, is_retired, status)
);
create table tracker_count_changes (like tracker_count_sums);
create table tracker_cells (
  tracker_id bigint primary key references trackers on delete cascade,
  client_id bigint,
  production_run_id bigint,
  key_batch_id bigint,
  is_made boolean not null,
  is_allocated boolean not null,
  is_retired boolean not null,
  status text not null
) with (fillfactor = 80);

-- To be summed by whoever reads it.
create view tracker_counts with (security_invoker = true) as
  select * from tracker_count_sums union all select * from tracker_count_changes;

do $$
declare
  made text;
begin
  foreach made in array array['tracker_count_sums', 'tracker_count_changes', 'tracker_cells'] loop
    execute format('alter table %I enable row level security', made);
    execute format('create policy staff on %I to console_staff using (true)', made);
    execute format('create policy client_read on %I for select to console_user using (client_id = console_client_id())', made);
  end loop;
end
$$;
grant select on tracker_counts, tracker_count_sums, tracker_count_changes to console_user;

create function note_count_changes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op <> 'INSERT' then
    insert into tracker_count_changes
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, -count(*) from was
    group by 1, 2, 3, 4, 5, 6, 7;
  end if;
  if tg_op <> 'DELETE' then
    insert into tracker_count_changes
    select client_id, production_run_id, key_batch_id, is_made, is_allocated, is_retired, status, count(*) from present
    group by 1, 2, 3, 4, 5, 6, 7;
  end if;
  return null;
end
$$;
create trigger note_counted after insert on tracker_cells
  referencing new table as present for each statement execute function note_count_changes();
create trigger note_counted_otherwise after update on tracker_cells
  referencing old table as was new table as present for each statement execute function note_count_changes();
create trigger note_uncounted after delete on tracker_cells
  referencing old table as was for each statement execute function note_count_changes();

create function count_new_trackers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into tracker_cells
  select id, client_id, production_run_id, key_batch_id, mac_address is not null, false, retired_at is not null, 'UNKNOWN'
  from inserted;
  return null;
end
$$;

-- As what trackers are counted now. Whoever changes it in one table waits for whoever changes it in another: the lock of
-- tracker_status comes first, as with all who change a tracker's state; what is read then is what was committed.
create function count_trackers_anew(tracker_ids bigint[]) returns void language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  perform from tracker_status where tracker_id = any(tracker_ids) order by tracker_id for no key update;
  update tracker_cells c set client_id = n.client_id, production_run_id = n.production_run_id, key_batch_id = n.key_batch_id,
    is_made = n.is_made, is_allocated = n.is_allocated, is_retired = n.is_retired, status = n.status
  from (
    select t.id, t.client_id, t.production_run_id, t.key_batch_id, t.mac_address is not null as is_made,
      exists (select from device_allocations a where a.tracker_id = t.id and a.released_at is null) as is_allocated,
      t.retired_at is not null as is_retired, s.status
    from trackers t join tracker_status s on s.tracker_id = t.id where t.id = any(tracker_ids) offset 0) n
  where c.tracker_id = n.id
    and (c.client_id, c.production_run_id, c.key_batch_id, c.is_made, c.is_allocated, c.is_retired, c.status) is distinct from
      (n.client_id, n.production_run_id, n.key_batch_id, n.is_made, n.is_allocated, n.is_retired, n.status);
end
$$;
revoke execute on function count_trackers_anew from public;

create function count_changed_trackers() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform count_trackers_anew(array_agg(p.id)) from was w join present p on p.id = w.id
  where (w.client_id, w.production_run_id, w.key_batch_id, w.mac_address is null, w.retired_at is null) is distinct from
    (p.client_id, p.production_run_id, p.key_batch_id, p.mac_address is null, p.retired_at is null)
  having count(*) > 0;
  return null;
end
$$;
create function count_changed_statuses() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform count_trackers_anew(array_agg(p.tracker_id)) from was w join present p on p.tracker_id = w.tracker_id
  where w.status <> p.status having count(*) > 0;
  return null;
end
$$;
create function count_allocated() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op <> 'DELETE' then
    perform count_trackers_anew(array_agg(distinct tracker_id)) from present having count(*) > 0;
  else
    perform count_trackers_anew(array_agg(distinct tracker_id)) from was having count(*) > 0;
  end if;
  return null;
end
$$;
create trigger trackers_are_counted after insert on trackers
  referencing new table as inserted for each statement execute function count_new_trackers();
create trigger trackers_are_counted_anew after update on trackers
  referencing old table as was new table as present for each statement execute function count_changed_trackers();
create trigger statuses_are_counted_anew after update on tracker_status
  referencing old table as was new table as present for each statement execute function count_changed_statuses();
create trigger allocated_are_counted after insert on device_allocations
  referencing new table as present for each statement execute function count_allocated();
create trigger allocated_are_counted_anew after update on device_allocations
  referencing new table as present for each statement execute function count_allocated();
create trigger allocated_are_not_counted after delete on device_allocations
  referencing old table as was for each statement execute function count_allocated();

-- What is there is counted once.
insert into tracker_cells
select t.id, t.client_id, t.production_run_id, t.key_batch_id, t.mac_address is not null,
  exists (select from device_allocations a where a.tracker_id = t.id and a.released_at is null), t.retired_at is not null, s.status
from trackers t join tracker_status s on s.tracker_id = t.id;
