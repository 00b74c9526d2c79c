import { withRoles } from './roles.ts';

const ident = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * What an administrator runs in psql, who may make roles and databases: the roles of one database and, unless another role
 * owns it already, the database itself. It may be run again: nothing that is there is made or granted once more.
 * `owner` is the role that an installation has been working as, if there is one.
 */
export function rolesScript({
  prefix,
  database,
  owner,
}: {
  prefix: string;
  database: string;
  owner: string | null;
}): string {
  const names = { owner: owner ?? withRoles('console_owner', prefix), database: ident(database) };
  const make = (role: string, what: string) =>
    `  if not exists (select from pg_roles where rolname = ${literal(role)}) then create role ${ident(role)} ${what}; end if;`;
  const join = (role: string, member: string) =>
    `  if not exists (select from pg_auth_members where roleid = ${literal(ident(role))}::regrole and member = ${literal(ident(member))}::regrole) then grant ${ident(role)} to ${ident(member)}; end if;`;
  const [user, staff, manufacturer, service] = ['user', 'staff', 'manufacturer', 'service'].map(
    (kind) => `${prefix}_${kind}`,
  ) as [string, string, string, string];
  const makeDatabase = `
-- Who makes a database for another role must be able to act as it.
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) and not pg_has_role(current_user, ${literal(names.owner)},
    case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end)
  then
    execute format('grant %I to %I', ${literal(names.owner)}, current_user);
  end if;
end
$$;
select format('create database %I owner %I', ${literal(database)}, ${literal(names.owner)})
  where not exists (select from pg_database where datname = ${literal(database)}) \\gexec
`;
  return `-- Roles of the tracker console for the database ${database}, for psql. Run it as an administrator who may make roles.
-- It may be run again: it makes and grants only what is missing.
\\set ON_ERROR_STOP on
do $$
begin
${owner === null ? `${make(names.owner, 'login')}\n` : ''}${make(user, 'nologin')}
${make(staff, 'nologin')}
${make(manufacturer, 'nologin')}
${make(service, 'login')}
  if exists (select from pg_roles where rolname = ${literal(service)} and not rolcanlogin) then alter role ${ident(service)} login; end if;
${join(user, staff)}
${join(user, manufacturer)}
${join(staff, service)}
${join(manufacturer, service)}
${join(user, names.owner)}
${join(manufacturer, names.owner)}
${join(staff, names.owner)}
end
$$;
${owner === null ? makeDatabase : ''}
\\connect ${names.database}
create extension if not exists postgis;
-- No role of another database of this server comes in, and nobody leaves tables behind.
do $$
begin
  if exists (select from pg_database d cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    where d.datname = current_database() and a.grantee = 0)
  then
    revoke all on database ${names.database} from public;
  end if;
  if not has_database_privilege(${literal(service)}, current_database(), 'connect') then
    grant connect on database ${names.database} to ${ident(service)};
  end if;
  if not has_database_privilege(${literal(names.owner)}, current_database(), 'temporary') then
    grant connect, temporary on database ${names.database} to ${ident(names.owner)};
  end if;
end
$$;

-- Then give both log-ins a password:
--   \\password ${names.owner}
--   \\password ${service}
-- DATABASE_OWNER_URL names ${names.owner}, and DATABASE_ROLES is ${prefix}, where \`npm run migrate\` makes the schema, once a version.
-- DATABASE_URL names ${service}, on every console.
`;
}
