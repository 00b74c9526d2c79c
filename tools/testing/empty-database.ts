/** SQL that brings the database of a test back to what the migrations left. */
const ofTests = `relnamespace = 'public'::regnamespace and relname not in ('spatial_ref_sys', 'schema_migrations')`;

/** Everything a statement can create, so that a change by a test shows. */
export const catalogStatement = `
    select json_build_object(
      'tables', (select max(oid::bigint) from pg_class where relkind in ('r', 'p')),
      'attributes', (select count(*) from pg_attribute where attrelid >= 16384),
      'classes', (select json_build_array(count(*), max(oid::bigint)) from pg_class),
      'constraints', (select json_build_array(count(*), max(oid::bigint)) from pg_constraint),
      'functions', (select json_build_array(count(*), max(oid::bigint)) from pg_proc),
      'function bodies', (select md5(string_agg(prosrc, '' order by oid)) from pg_proc
        where pronamespace = 'public'::regnamespace and prolang <> 13),
      'policies', (select json_build_array(count(*), max(oid::bigint)) from pg_policy),
      'roles', (select json_build_array(count(*), max(oid::bigint)) from pg_roles),
      'schemas', (select json_build_array(count(*), max(oid::bigint)) from pg_namespace),
      'settings', (select md5(string_agg(setconfig::text, '')) from pg_db_role_setting),
      'triggers', (select json_agg(json_build_array(oid::bigint, tgenabled) order by oid) from pg_trigger),
      'types', (select json_build_array(count(*), max(oid::bigint)) from pg_type)
    )::text as catalog`;

/** Partitions that reports made, and tables of a test's own. */
export const removeNewTables = (newest: number): string => `
  do $$ declare made regclass; begin
    for made in select oid::regclass from pg_class
      where oid > ${newest} and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by oid
    loop
      if exists (select from pg_class where oid = made::oid) then execute format('drop table %s cascade', made); end if;
    end loop;
  end $$`;

/** The audit log refuses to be emptied by a trigger, as long as triggers fire. */
export const emptyTables = `
  do $$ declare tables text; begin
    set local session_replication_role = replica;
    select string_agg(oid::regclass::text, ', ') into tables from pg_class where relkind in ('r', 'p') and ${ofTests};
    execute 'truncate ' || tables || ' restart identity cascade';
    delete from pg_statistic where starelid in (select oid from pg_class where ${ofTests});
  end $$`;
