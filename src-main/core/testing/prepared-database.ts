import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { connectionConfig } from '../platform/db/connection.ts';
import { migrate } from '../platform/db/migrate.ts';
import { rolesScript } from '../platform/db/roles-script.ts';
import { withClient } from '../platform/db/with-client.ts';
import { servers } from './servers.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations');

export interface PreparedDatabase {
  prefix: string;
  name: string;
  /** The owner of the schema, and the log-in of consoles. */
  ownerUrl: string;
  serviceUrl: string;
  /** Runs the administrator's script, again. */
  prepare(): void;
  migrate(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * A database of a company of its own on the real server, as an administrator prepares it with the printed script, not
 * migrated. Fails where the server or psql is missing.
 */
export async function prepareDatabase(): Promise<PreparedDatabase> {
  const [url, bin] = [servers.databaseUrl(), servers.postgresPrograms()];
  if (url === null || bin === null) throw new Error('TEST_DATABASE_URL or psql is missing');
  const name = `tlc_${randomBytes(6).toString('hex')}`;
  const prefix = `${name}_co`;
  const password = randomBytes(12).toString('hex');
  const prepare = () =>
    void execFileSync(join(bin, 'psql'), ['-X', '-q', url], {
      input: rolesScript({ prefix, database: name, owner: null }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const admin = (text: string) => withClient({ connectionString: url }, (client) => client.query(text));
  const urlOf = (username: string) =>
    Object.assign(new URL(url), { pathname: `/${name}`, username, password, search: '' }).href;
  prepare();
  const [ownerUrl, serviceUrl] = [urlOf(`${prefix}_owner`), urlOf(`${prefix}_service`)];
  for (const role of ['owner', 'service']) await admin(`alter role ${prefix}_${role} password '${password}'`);
  return {
    prefix,
    name,
    ownerUrl,
    serviceUrl,
    prepare,
    migrate: () => migrate(connectionConfig({ engine: 'postgresql', url: ownerUrl }), migrations, prefix),
    async close() {
      await admin(`drop database if exists ${name} with (force)`);
      await admin(`drop role ${['owner', 'service', 'staff', 'user'].map((kind) => `${prefix}_${kind}`).join(', ')}`);
    },
  };
}
