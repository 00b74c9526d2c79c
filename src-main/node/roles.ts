import { parseArgs } from 'node:util';
import { DEFAULT_PREFIX, isPrefix } from '../core/platform/db/roles.ts';
import { rolesScript } from '../core/platform/db/roles-script.ts';

/** `npm run roles`: prints what an administrator of a PostgreSQL server runs before a console comes to it. */
const usage = `npm run --silent roles -- --database NAME [--prefix PREFIX] [--owner ROLE]
  --database  the database of this company; made unless it is there
  --prefix    what the names of its roles begin with (${DEFAULT_PREFIX}); another one for each company on the server
  --owner     the role that consoles have used until now, where they have: it keeps owning the schema`;

/** Names as they stand in a URL without escapes; the script quotes them. */
const isName = (text: string | undefined): text is string =>
  text !== undefined && /^[\p{L}_][\p{L}\p{N}_$-]{0,62}$/u.test(text);

try {
  const { values } = parseArgs({
    options: { database: { type: 'string' }, prefix: { type: 'string' }, owner: { type: 'string' } },
  });
  const { database, prefix = DEFAULT_PREFIX, owner = null } = values;
  if (!isName(database)) throw new Error('Give the name of the database.');
  if (!isPrefix(prefix)) throw new Error('A prefix is up to 40 of a to z, 0 to 9 and _, and begins with a letter.');
  if (owner !== null && !isName(owner)) throw new Error('Give the name of a role.');
  process.stdout.write(rolesScript({ prefix, database, owner }));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`);
  process.exitCode = 1;
}
