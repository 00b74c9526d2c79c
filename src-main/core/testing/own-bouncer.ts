import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '../platform/db/with-client.ts';
import { freePort, untilUp } from './redis.ts';
import { servers } from './servers.ts';

/**
 * A PgBouncer in transaction mode, as its package comes: it refuses start-up options, and gives a session to the next
 * transaction as the last one left it. As few server connections as a console's transactions need leave no luck to it.
 * Fails where PgBouncer isn't installed.
 */
export async function ownBouncer(target: string): Promise<{ url: string; close(): Promise<void> }> {
  const program = servers.bouncerProgram();
  if (program === null) throw new Error('pgbouncer is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-test-'));
  const port = await freePort();
  const server = new URL(target);
  const name = server.pathname.slice(1);
  const password = decodeURIComponent(server.password);
  await writeFile(join(folder, 'users.txt'), `"${server.username}" "${password}"\n`);
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${name} = host=${server.hostname} port=${server.port || 5432} dbname=${name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
`,
  );
  await chmod(folder, 0o755);
  // It refuses to be root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(program, ['-q', ...user, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(port) }).href;
  await untilUp(() => withClient({ connectionString: url }, () => Promise.resolve()));
  return {
    url,
    async close() {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
