import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { describe, expect, it } from 'vitest';
import { API_PREFIX } from '../../src-shared/contract/routes.ts';
import type { WorkstationState } from '../../src-shared/contract/workstation.ts';
import { PASSWORD, removeFolder } from '../core/offline/testing/booted-console.ts';
import { insertIds, insertRun, insertTrackers } from '../core/testing/company.ts';
import type { Answer } from '../core/testing/console.ts';
import { centralEngine } from '../core/testing/database.ts';
import { freePort } from '../core/testing/redis.ts';
import { startTcpProxy } from '../core/testing/tcp-proxy.ts';

/** The headless host as a process of its own, killed as by a power cut. */
class Host {
  readonly #env: Record<string, string>;
  readonly #dataDir: string;
  /** The same after each start: a session belongs to its port. */
  readonly #port: number;
  #child: ChildProcess | null = null;
  #printed = '';
  #ended: Promise<unknown> = Promise.resolve();
  #url = '';
  #cookie = '';

  constructor(dataDir: string, databaseUrl: string, port: number) {
    this.#dataDir = dataDir;
    this.#port = port;
    this.#env = { DATABASE_URL: databaseUrl, REDIS_URL: '', CONSOLE_ADMIN_PASSWORD: PASSWORD, LOG_LEVEL: 'info' };
  }

  async start(): Promise<void> {
    const main = join(import.meta.dirname, 'main.ts');
    const child = spawn(
      process.execPath,
      [main, '--headless', '--port', String(this.#port), '--data-dir', this.#dataDir, '--engines', ''],
      { env: { ...process.env, ...this.#env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    this.#printed = '';
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    this.#url = await new Promise((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.#printed += chunk.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(this.#printed);
        if (found) resolve(found[0]);
      };
      child.stdout!.on('data', read);
      child.stderr!.on('data', read);
      child.once('exit', (code) => reject(new Error(`the console ended with ${code}: ${this.#printed}`)));
    });
  }

  /** Ends it at once. Throws when it had ended by itself, which it never should. */
  async kill(): Promise<void> {
    const child = this.#child!;
    if (child.exitCode !== null) throw new Error(`the console ended with ${child.exitCode}: ${this.#printed}`);
    child.kill('SIGKILL');
    await this.#ended;
  }

  /** The answer, or null when the process died on the way. */
  async send(method: string, path: string, body?: unknown): Promise<Pick<Answer, 'status' | 'body'> | null> {
    try {
      const answer = await fetch(this.#url + API_PREFIX + path, {
        method,
        headers: { 'content-type': 'application/json', cookie: this.#cookie },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const set = answer.headers.getSetCookie()[0]?.split(';')[0];
      if (set) this.#cookie = set;
      return { status: answer.status, body: await answer.json() };
    } catch {
      return null;
    }
  }
}

/** A console on the embedded engine takes longer to come back. */
const ROUNDS = { postgresql: 6, embedded: 4 };
/** Scans that a round has acknowledged before the kill comes, at any moment from then on. */
const ENOUGH = { online: 1, offline: 5 };
const MOMENT_MS = 500;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each([centralEngine()])('killed at any moment, on $name', ({ name, create }) => {
  const rounds = ROUNDS[name];
  it('loses and doubles no acknowledged scan, with the network cut and restored in between', async () => {
    const test = await create();
    const proxy = await startTcpProxy(test.connection);
    const dataDir = await mkdtemp(join(tmpdir(), 'console-kill-'));
    const host = new Host(dataDir, proxy.url, await freePort());
    const acknowledged = new Map<string, { mac: string; pending: boolean }>();
    const kills = { online: 0, offline: 0 };
    try {
      await host.start();
      expect((await host.send('POST', '/auth/login', { username: 'admin', password: PASSWORD }))?.status).toBe(200);
      const { clientId } = await insertRun(test.db, 'Aurora', '2020-01-01', '2099-01-01');
      const devices = await insertTrackers(test.db, { count: 3000 });
      const [order] = (await insertIds(
        test.db,
        sql`insert into customer_orders (client_id, quantity, created_by) select ${clientId}::bigint, 100000, min(id)
          from users returning id`,
      )) as [number];
      const until = async (wanted: (state: WorkstationState) => boolean) => {
        for (const deadline = Date.now() + 60_000; ; await pause(50)) {
          const answer = await host.send('GET', '/workstation');
          if (answer?.status === 200 && wanted(answer.body)) return answer.body;
          if (Date.now() > deadline) throw new Error(`waited in vain: ${JSON.stringify(answer?.body)}`);
        }
      };
      await until((state) => state.copyComplete && state.devices === 3000 && state.orders === 1);

      let at = 0;
      let pendingTask: { mutationId: string; mac: string } | null = null;
      for (let round = 0; round < rounds; round++) {
        // Every second round begins cut off, one is cut in the middle; the others are killed while connected or catching up.
        const kind = round % 2 === 1 ? 'offline' : 'online';
        if (kind === 'offline') await proxy.cut();
        let done = 0;
        const enough = Promise.withResolvers<void>();
        let alive = true;
        const killed = enough.promise.then(async () => {
          if (round === 2) proxy.stall();
          await pause(Math.random() * MOMENT_MS);
          alive = false;
          await host.kill();
        });
        while (alive) {
          // As the station does: what was not answered is sent again under its id, before anything new.
          pendingTask ??= { mutationId: crypto.randomUUID(), mac: devices[at++]!.mac };
          const { mutationId, mac } = pendingTask;
          const answer = await host.send('POST', `/customer-orders/${order}/allocations`, { scan: mac, mutationId });
          if (answer?.status !== 200) continue;
          expect(['allocated', 'already-in-this-order']).toContain(answer.body.outcome);
          const pending = answer.body.pending === true;
          acknowledged.set(mutationId, { mac, pending });
          // The first round is killed while connected, whatever the others are.
          if (round === 0 && pending) await until((state) => state.link === 'online' && state.outbox.waiting === 0);
          else if (++done === ENOUGH[kind]) enough.resolve();
          pendingTask = null;
        }
        await killed;
        kills[kind]++;
        await host.start();
        // The network comes back while the console is up, now and then before it was killed again.
        await proxy.restore();
        if (round === rounds - 1 || round === 2)
          await until((state) => state.link === 'online' && state.outbox.waiting === 0);
      }

      await until((state) => state.link === 'online' && state.outbox.waiting === 0);
      const { rows } = await test.db.query<{ mutation_id: string; mac: string; outcome: string }>(sql`
        select mutation_id, upper(mac_address::text) as mac, outcome from scans order by id`);
      const seen = new Map<string, string>();
      for (const row of rows) {
        expect(seen.has(row.mutation_id)).toBe(false);
        seen.set(row.mutation_id, row.mac);
      }
      for (const [mutationId, { mac }] of acknowledged) expect(seen.get(mutationId)).toBe(mac);
      const { rows: books } = await test.db.query<{ counted: number; live: number; devices: number }>(sql`
        select (select allocated_count from customer_orders where id = ${order}::bigint) as counted,
          (select count(*) from device_allocations where released_at is null) as live,
          (select count(distinct tracker_id) from device_allocations where released_at is null) as devices`);
      const macs = new Set([...acknowledged.values()].map(({ mac }) => mac));
      // One scan more may have reached the database without its answer reaching anybody.
      expect(books[0]!.live - macs.size).toBeLessThanOrEqual(1);
      expect(books[0]).toEqual({ counted: books[0]!.live, live: books[0]!.live, devices: books[0]!.live });
      expect((await host.send('GET', '/workstation'))?.body.outbox).toMatchObject({ waiting: 0, conflicts: 0 });
      // In the order in which they were acknowledged.
      const order_ = [...acknowledged.keys()].filter((id) => seen.has(id));
      expect([...seen.keys()].filter((id) => acknowledged.has(id))).toEqual(order_);
      // The test means nothing if it killed only one kind of console.
      expect([...acknowledged.values()].filter(({ pending }) => pending).length).toBeGreaterThan(10);
      expect([...acknowledged.values()].filter(({ pending }) => !pending).length).toBeGreaterThan(0);
      expect(kills.offline).toBeGreaterThan(1);
    } finally {
      await host.kill().catch(() => undefined);
      await proxy.close();
      await test.close();
      await removeFolder(dataDir);
    }
  }, 300_000);
});
