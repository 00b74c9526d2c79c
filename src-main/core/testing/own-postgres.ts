import { execFileSync, spawn } from 'node:child_process';
import { chmod, chown, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '../platform/db/with-client.ts';
import type { Certificate } from './certificates.ts';
import { freePort, untilUp } from './redis.ts';
import { servers } from './servers.ts';

export interface OwnPostgres {
  url: string;
  start(): Promise<void>;
  /** Ends it at once, as a crash does: connections break, and the next start recovers from the log. */
  crash(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** Who the server runs as: another user when this process is root. */
function owner(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const number = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

/**
 * A PostgreSQL of a test's own, which it may stop and start again; fails where the programs aren't installed. As root
 * it runs as the user `postgres`, since the server refuses root. It trusts everybody unless `password` is given, and speaks
 * TLS where it is given a certificate. It has no PostGIS of its own; what is installed can be added.
 */
export async function ownPostgres(
  options: { password?: string; certificate?: Certificate } = {},
): Promise<OwnPostgres> {
  const bin = servers.postgresPrograms();
  if (bin === null) throw new Error('initdb and postgres are not installed');
  const folder = await mkdtemp(join(tmpdir(), 'postgres-test-'));
  const user = owner();
  if (user) await chown(folder, user.uid, user.gid);
  const as = { ...(user ?? {}), cwd: folder, stdio: 'ignore' as const };
  const data = join(folder, 'data');
  const auth = ['-A', 'trust'];
  if (options.password !== undefined) {
    const file = join(folder, 'password');
    await writeFile(file, options.password, { mode: 0o644 });
    auth.splice(0, 2, '-A', 'scram-sha-256', `--pwfile=${file}`);
  }
  execFileSync(join(bin, 'initdb'), ['-D', data, ...auth, '-U', 'postgres', '--no-sync'], as);
  const tls: string[] = [];
  if (options.certificate !== undefined) {
    for (const [name, from] of Object.entries(options.certificate)) {
      const file = join(folder, `${name}.pem`);
      await copyFile(from, file);
      await chmod(file, 0o600);
      if (user) await chown(file, user.uid, user.gid);
      tls.push(`ssl_${name}_file=${file}`);
    }
    tls.push('ssl=on');
  }
  const port = await freePort();
  const login = options.password === undefined ? 'postgres' : `postgres:${encodeURIComponent(options.password)}`;
  const url = `postgres://${login}@127.0.0.1:${port}/postgres`;
  let running: { kill(signal: NodeJS.Signals): void; exited: Promise<void> } | null = null;

  const end = async (signal: NodeJS.Signals) => {
    running?.kill(signal);
    await running?.exited;
    running = null;
  };
  return {
    url,
    async start() {
      const settings = ['listen_addresses=127.0.0.1', 'fsync=off', `unix_socket_directories=${folder}`, ...tls];
      const options = settings.flatMap((setting) => ['-c', setting]);
      const child = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...options], as);
      const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      running = { kill: (signal) => void child.kill(signal), exited };
      await untilUp(() => withClient({ connectionString: url }, () => Promise.resolve()));
    },
    crash: () => end('SIGQUIT'),
    async remove() {
      await end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
