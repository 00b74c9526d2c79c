import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withClient } from '../core/platform/db/with-client.ts';
import { makeCertificate } from '../core/testing/certificates.ts';
import { postgres, type TestDatabase } from '../core/testing/database.ts';
import { needing } from '../core/testing/needing.ts';
import { type OwnPostgres, ownPostgres } from '../core/testing/own-postgres.ts';
import { freePort, ownRedis, type TestRedis } from '../core/testing/redis.ts';

const PASSWORD = 'the-right-word';
type Env = Record<string, string>;

// Real processes of the headless host, three at a time: each must end at once with one sentence.
needing('postgres', 'postgresPrograms', 'redisProgram').describe('a wrong setting', () => {
  let folder: string;
  /** Wants a password and speaks TLS. */
  let strict: OwnPostgres;
  /** Takes a console, and speaks no TLS. */
  let plain: TestDatabase;
  let redis: TestRedis & { port: number };
  let closed: number;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wrong-settings-'));
    const certificate = makeCertificate(folder, 'db', 'IP:127.0.0.1');
    makeCertificate(folder, 'stranger', 'IP:127.0.0.1');
    await writeFile(join(folder, 'a-file'), '');
    strict = await ownPostgres({ password: PASSWORD, certificate });
    [redis, plain, closed] = await Promise.all([
      ownRedis(undefined, ['--requirepass', PASSWORD], (port) => ({ url: `redis://:${PASSWORD}@127.0.0.1:${port}` })),
      postgres.create(),
      freePort(),
      strict.start(),
    ]);
    await withClient({ connectionString: strict.url }, (client) =>
      client.query(`create role guest login password '${PASSWORD}'`),
    );
  });
  afterAll(async () => {
    await strict?.remove();
    await redis?.close();
    await plain?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const at = (
    url: string,
    changes: Partial<Record<'username' | 'password' | 'pathname' | 'port' | 'search', string>>,
  ) => Object.assign(new URL(url), changes).href;
  const plainUrl = () => (plain.connection.engine === 'postgresql' ? plain.connection.url : '');
  const database = (changes: Parameters<typeof at>[1]): Env => ({ DATABASE_URL: at(strict.url, changes) });
  const withRedis = (url: string): Env => ({ DATABASE_URL: plainUrl(), REDIS_URL: url });

  /** The settings, and what the sentence says. */
  const table: [() => Env, RegExp][] = [
    [() => ({ DATABASE_URL: '127.0.0.1:5432/console' }), /^DATABASE_URL must be postgres:/],
    [() => ({ DATABASE_URL: `postgres://a:${PASSWORD}@no-such-host.invalid/db` }), /^DATABASE_URL names the host/],
    [() => database({ port: String(closed) }), /^Nothing listens at 127\.0\.0\.1:\d+ of DATABASE_URL/],
    [() => database({ port: String(redis.port) }), /of DATABASE_URL is not PostgreSQL|of DATABASE_URL does not answer/],
    [() => database({ password: 'wrong' }), /^The password in DATABASE_URL is not that of the role postgres/],
    [() => database({ password: '' }), /^The password in DATABASE_URL/],
    [() => database({ pathname: '/missing' }), /^DATABASE_URL names the database missing/],
    [() => database({ username: 'guest' }), /the role guest of DATABASE_URL does not own its schema/],
    [
      () => database({ search: `?sslmode=verify-full&sslrootcert=${join(folder, 'stranger.pem')}` }),
      /^The certificate of .* DATABASE_URL/,
    ],
    [() => ({ DATABASE_URL: at(plainUrl(), { search: '?sslmode=require' }) }), /^sslmode in DATABASE_URL asks for TLS/],
    [
      () => ({ DATABASE_URL: plainUrl(), DATABASE_OWNER_URL: at(strict.url, { password: 'wrong' }) }),
      /^The password in DATABASE_OWNER_URL/,
    ],
    [() => ({ DATABASE_URL: plainUrl(), DATABASE_ROLES: 'acme' }), /^DATABASE_ROLES is acme/],
    [() => withRedis(`redis://127.0.0.1:${closed}`), /^Nothing listens at 127\.0\.0\.1:\d+ of REDIS_URL/],
    [() => withRedis(at(redis.url, { password: 'wrong' })), /password in REDIS_URL/],
    [() => withRedis(`${redis.url}/99`), /^REDIS_URL names the database 99/],
    [() => withRedis(redis.url.replace('redis:', 'rediss:')), /REDIS_URL/],
    [() => withRedis(redis.url.replace('redis:', 'redis+cluster:')), /of REDIS_URL does not match its scheme/],
    [() => withRedis(`redis://:x@127.0.0.1:${new URL(strict.url).port}`), /of REDIS_URL/],
    [() => ({ CONSOLE_PORT: 'http' }), /^CONSOLE_PORT is http\. /],
    [() => ({ CONSOLE_ENGINES: 'fetcher,sender' }), /^CONSOLE_ENGINES is .*Unknown engine sender/],
    [() => ({ LOG_LEVEL: 'loud' }), /^LOG_LEVEL is loud/],
    [() => ({ CONSOLE_DATA_DIR: join(folder, 'a-file', 'data') }), /a-file\/data can’t be made .*CONSOLE_DATA_DIR/],
    [() => ({ CONSOLE_PASSPHRASE_FILE: '/nowhere.txt' }), /CONSOLE_PASSPHRASE_FILE can’t be read/],
    [() => ({ CONSOLE_TLS_CERT: '/nowhere.pem', CONSOLE_TLS_KEY: '/nowhere.pem' }), /\/nowhere\.pem can’t be read/],
  ];

  it('ends the start with one sentence that names it, and no stack', { timeout: 300_000 }, async () => {
    const main = join(import.meta.dirname, 'main.ts');
    const rows = [...table.entries()];
    const next = async (): Promise<void> => {
      for (let row = rows.shift(); row; row = rows.shift()) {
        const [number, [settings, said]] = row;
        const env = settings();
        const dataDir = env.CONSOLE_DATA_DIR ?? join(folder, `data-${number}`);
        const ended = await new Promise<{ code: unknown; text: string }>((resolve) => {
          const none = { DATABASE_URL: '', REDIS_URL: '', CONSOLE_PORT: '0', CONSOLE_DATA_DIR: dataDir };
          execFile(
            process.execPath,
            [main, '--headless'],
            { env: { ...process.env, ...none, ...env }, timeout: 60_000 },
            (error, _stdout, stderr) => resolve({ code: error?.code ?? error?.signal ?? 0, text: stderr.trim() }),
          );
        });
        expect({ ...ended, settings: Object.keys(env) }).toEqual({
          code: 1,
          text: expect.stringMatching(said),
          settings: Object.keys(env),
        });
        expect(ended.text).not.toContain('\n');
        expect(ended.text).not.toContain(PASSWORD);
      }
    };
    await Promise.all([next(), next(), next()]);
  });
});
