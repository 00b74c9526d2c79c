import sql from 'sql-template-tag';

/** Drops all but what extensions brought: much quicker than a new database, where PostGIS is installed first. */
export const dropAll = sql`
  do $$
  declare
    own record;
  begin
    for own in
      select i.type, i.identity
      from pg_depend d cross join pg_identify_object(d.classid, d.objid, 0) i
      where d.refclassid = 'pg_namespace'::regclass and d.refobjid = 'public'::regnamespace
        and i.type in ('table', 'view', 'function')
        and not exists (select from pg_depend e where e.classid = d.classid and e.objid = d.objid and e.deptype = 'e')
      order by i.type desc
    loop
      execute format('drop %s if exists %s cascade', own.type, own.identity);
    end loop;
  end
  $$`;
