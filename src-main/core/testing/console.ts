import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { Job } from '../../../src-shared/contract/jobs.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import { API_PREFIX } from '../../../src-shared/contract/routes.ts';
import { insertSession } from '../access/sessions/sessions-store.ts';
import { insertUser } from '../access/users/users-store.ts';
import { createCore, type RunningCore } from '../app/create-core.ts';
import { createMemorySchedule } from '../fetching/schedule/memory-schedule.ts';
import { createKeyGeneratorPool } from '../keys/generator/key-generator-pool.ts';
import { openKeyring } from '../keys/keyring.ts';
import { openStrangersFile } from '../manufacturing/imports/import-file.ts';
import type { RunPack } from '../map/packs/map-packs.ts';
import { takeTiles } from '../map/packs/take-tiles.ts';
import { systemScope } from '../platform/db/queryable.ts';
import { createLocalBus } from '../platform/events/bus.ts';
import { createRowReader, type OpenedFile, type RowReader } from '../platform/files/read-rows.ts';
import { type RowFile, type RowLimits, rowLimits } from '../platform/files/row-file.ts';
import { createConnector } from '../platform/http/connector.ts';
import { newSessionToken } from '../platform/http/session-token.ts';
import { launchProcess } from '../platform/workers/process.ts';
import type { TestDatabase } from './database.ts';

const HOST = '127.0.0.1:4780';
const root = join(import.meta.dirname, '..', '..', '..');

/** The reader of strangers' files without its process. */
const readHere: RowReader = {
  async open<File extends RowFile>(bytes: AsyncIterable<Uint8Array>, options: unknown) {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    const file = await openStrangersFile(async function* () {
      yield* pieces;
    }, options);
    return Object.assign(file, { close: () => undefined }) as unknown as OpenedFile<File>;
  },
};

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  body: any;
}

export interface SendOptions {
  as?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent as If-Match; `*` for whatever version is there. */
  version?: number | '*';
  /** Where the connection comes from; 127.0.0.1. */
  address?: string;
}

export interface TestConsole extends RunningCore {
  /** Sends a request as a program does; `as` is a token of `signIn`. Objects go as JSON. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** The same, with the answer unread. */
  raw(method: string, path: string, options?: SendOptions): Promise<Response>;
  /** Makes a user with a session, without the cost of a password, and returns its token. */
  signIn(role: Role, clientId?: number | null): Promise<string>;
  /** Waits until a job is over. */
  jobEnd(jobId: number, as: string): Promise<Job>;
  /** Stops this one and starts another on the same database and data folder, as after a restart. */
  restart(): Promise<TestConsole>;
  readonly heard: ServerEvent[];
  readonly clock: { now: Date };
  close(): Promise<void>;
}

/** A whole console on a test database: real core, jobs, keys and key generator; only the connection is missing. */
export async function testConsole(
  database: TestDatabase,
  options: {
    keyGenerators?: number;
    webhookPauses?: readonly number[];
    dataDir?: string;
    /** How maps for use offline are taken; within this process by default. */
    runPack?: RunPack;
    jsonBodyMs?: number;
    /** Files are read in processes of their own, as in the product; otherwise here, which spares each the start of one. */
    readsElsewhere?: boolean;
    rowLimits?: Partial<RowLimits>;
  } = {},
): Promise<TestConsole> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'console-test-')));
  const clock = { now: new Date('2026-11-23T08:15:00Z') };
  const now = () => clock.now;
  const cost = { memoryKiB: 8, iterations: 1, parallelism: 1 };
  const { keyring } = await openKeyring({ db: database.db, dataDir, randomBytes, now, cost });
  const log = pino({ level: process.env.LOG_LEVEL ?? 'fatal' });
  const events = createLocalBus((error) => log.error({ err: error }));
  const heard: ServerEvent[] = [];
  events.subscribe((event) => heard.push(event));
  const workerUrl = pathToFileURL(join(root, 'src-worker', 'key-generator.ts'));
  const keyGenerator = createKeyGeneratorPool({ workerUrl, workers: options.keyGenerators ?? 1 });
  const running = createCore({
    config: {
      version: '0.0.0-test',
      dataDir,
      backupDir: join(dataDir, 'backups'),
      allowedHosts: [HOST],
      sessionIdleHours: 12,
      sessionMaxHours: 168,
      passphraseCost: cost,
    },
    db: database.db,
    events,
    keyring,
    keyGenerator,
    ...(options.webhookPauses ? { webhookPauses: options.webhookPauses } : {}),
    ...(options.jsonBodyMs === undefined ? {} : { router: { jsonBodyMs: options.jsonBodyMs } }),
    rowReader: options.readsElsewhere
      ? createRowReader({
          url: pathToFileURL(join(root, 'src-worker', 'row-reader.ts')),
          launch: launchProcess,
          limits: { ...rowLimits, ...options.rowLimits },
        })
      : readHere,
    runPack:
      options.runPack ??
      ((order, allowsPrivate, signal) =>
        takeTiles(order, { connect: createConnector({ allowsPrivate: async () => allowsPrivate }), signal })),
    schedule: createMemorySchedule(),
    metrics: new Registry(),
    log,
    now,
    // Nothing takes long here, so that no figure is kept from one request to the next.
    elapsedMs: () => 0,
    randomBytes,
    workerStates: () => ({}),
  });
  await running.start();

  const raw: TestConsole['raw'] = (method, path, { as, body, headers = {}, version, address = '127.0.0.1' } = {}) => {
    const sent = new Headers({ host: HOST, ...headers });
    if (version !== undefined) sent.set('if-match', version === '*' ? '*' : `"${version}"`);
    if (as) sent.set('authorization', `Bearer ${as}`);
    const init: RequestInit & { duplex?: 'half' } = { method, headers: sent };
    if (body !== undefined) {
      const plain = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
      init.body = plain ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body);
      init.duplex = 'half';
      if (!sent.has('content-type')) sent.set('content-type', 'application/json');
    }
    return running.handle(new Request(`http://${HOST}${API_PREFIX}${path}`, init), { address });
  };
  let users = 0;
  const origin = { address: '127.0.0.1', userAgent: 'test', secondFactor: false };
  const stop = async () => {
    await running.stop();
    await keyGenerator.close();
    keyring.lock();
  };
  const self: TestConsole = {
    ...running,
    raw,
    heard,
    clock,
    async send(method, path, sendOptions) {
      const response = await raw(method, path, sendOptions);
      const text = await response.text();
      const json = /^application\/([a-z]+\+)?json\b/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
    },
    signIn: (role, clientId = null) =>
      database.db.transaction(systemScope, async (tx) => {
        const { token, tokenHash } = newSessionToken(randomBytes);
        const username = `${role}-${++users}${options.dataDir ? '-again' : ''}`;
        const userId = await insertUser(
          tx,
          { username, displayName: username, role, clientId, passwordHash: '-' },
          clock.now,
        );
        const expiresAt = new Date(clock.now.getTime() + 24 * 3600_000);
        await insertSession(tx, { tokenHash, userId, now: clock.now, expiresAt, ...origin });
        return token;
      }),
    async jobEnd(jobId, as) {
      for (;;) {
        const { status, body } = await self.send('GET', `/jobs/${jobId}`, { as });
        if (status !== 200) throw new Error(`job ${jobId}: ${JSON.stringify(body)}`);
        if (['succeeded', 'failed', 'cancelled'].includes(body.state)) return body;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async restart() {
      await stop();
      return testConsole(database, { ...options, dataDir });
    },
    async close() {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
      await database.close();
    },
  };
  return self;
}
