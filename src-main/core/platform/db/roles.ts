/** Of roles, where nothing else was chosen. Roles belong to a whole server: two companies on one have a prefix each. */
export const DEFAULT_PREFIX = 'console';

/** Unquoted names that leave room for what is added; `pg_` is PostgreSQL's own. */
export const isPrefix = (text: string): boolean => /^(?!pg_)[a-z][a-z0-9_]{0,39}$/.test(text);

/** A text of SQL that says console_user, console_staff, console_manufacturer, console_service or console_owner, with the names of one database. */
export const withRoles = (text: string, prefix: string): string =>
  text.replace(/\bconsole_(user|staff|manufacturer|service|owner)\b/g, `${prefix}_$1`);

/** How migrations 0001 and 0013, which are applied and so never edited, make whoever runs them a member of people's roles. */
const GRANT = /execute format\('grant (console_(?:user|staff)) to %I', current_user\);/g;

/**
 * A migration as it is run: with the names of roles of one database, and without granting what was granted, which takes
 * a right that the owner may lack.
 */
export const migrationText = (text: string, prefix: string): string =>
  withRoles(
    text.replace(
      GRANT,
      (grant, role) => `if not exists (select from pg_auth_members
        where roleid = '${role}'::regrole and member = current_user::regrole) then ${grant} end if;`,
    ),
    prefix,
  );

/**
 * Run by the owner of the schema: gives the service role what it lacks. It reads and writes rows of every table, past row
 * level security; the audit log and the list of migrations it only reads. Changes nothing where nothing is missing.
 */
export const grantToService = `
  do $$
  declare
    own record;
  begin
    if not exists (select from pg_roles where rolname = 'console_service')
      or pg_has_role('console_service', (select relowner from pg_class where oid = 'public.schema_migrations'::regclass), 'usage')
    then
      return;
    end if;
    -- Rights of its own, whatever it inherits: what it gets must not depend on when it was made.
    if not exists (select from pg_namespace n cross join aclexplode(n.nspacl) a
      where n.nspname = 'public' and a.grantee = 'console_service'::regrole)
    then
      grant usage on schema public to console_service;
    end if;
    for own in
      select c.oid, c.relname, c.relrowsecurity, c.relacl,
        case when c.relkind = 'v' or c.relname in ('audit_log', 'audit_unsealed', 'schema_migrations') then 'select'
          else 'select, insert, update, delete' end as rights
      from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
        and pg_has_role(c.relowner, 'usage')
        and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    loop
      if exists (select from unnest(string_to_array(own.rights, ', ')) as wanted(privilege)
        where not exists (select from aclexplode(own.relacl) a
          where a.grantee = 'console_service'::regrole and lower(a.privilege_type) = wanted.privilege))
      then
        execute format('grant %s on %I to console_service', own.rights, own.relname);
      end if;
      if own.relrowsecurity and not exists (select from pg_policy where polrelid = own.oid and polname = 'service') then
        execute format('create policy service on %I to console_service using (true)', own.relname);
      end if;
    end loop;
    for own in
      select oid, relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'S' and pg_has_role(relowner, 'usage')
        and case relkind when 'S' then not has_sequence_privilege('console_service', oid, 'usage') end
    loop
      execute format('grant usage on sequence %I to console_service', own.relname);
    end loop;
    for own in
      select oid::regprocedure as name from pg_proc
      where pronamespace = 'public'::regnamespace and prorettype <> 'trigger'::regtype and pg_has_role(proowner, 'usage')
        and not has_function_privilege('console_service', oid, 'execute')
    loop
      execute format('grant execute on function %s to console_service', own.name);
    end loop;
  end
  $$`;
