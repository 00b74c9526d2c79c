import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import sql, { raw } from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { allocate } from '../../orders/allocation.ts';
import { getCustomerOrder } from '../../orders/customer-orders-store.ts';
import { openDatabase } from '../../platform/db/database.ts';
import { type Database, systemScope } from '../../platform/db/queryable.ts';
import { createLocalBus } from '../../platform/events/bus.ts';
import { type BreakingProxy, startBreakingProxy } from '../../testing/breaking-proxy.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../../testing/company.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { createClock } from '../clock.ts';
import { describeWorkstation } from '../describe.ts';
import { type OpenedWorkstation, openWorkstation } from '../open-workstation.ts';
import { noteForAudit } from '../people.ts';
import { scanOffline } from '../scan/scan-offline.ts';
import { putDevices } from '../store/devices-store.ts';
import { writeFact } from '../store/facts-store.ts';
import { macToInteger } from '../store/mac-integer.ts';
import { openStore } from '../store/open-store.ts';
import { putOrders } from '../store/orders-store.ts';
import { countOutbox, findInOutbox, finishRow, listOutbox } from '../store/outbox-store.ts';
import type { Store } from '../store/store.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', '..', 'migrations', 'sqlite');
const FAILED = 'what was done offline could not be sent; it is tried again';

type Device = { id: number; mac: string };

/** What a workstation does with scans that the database can't take, though nobody refused them. */
describe.each(testEngines())('a replay that must wait, to $name', ({ create }) => {
  let test: TestDatabase;
  let proxy: BreakingProxy;
  let db: Database;
  let store: Store;
  let opened: OpenedWorkstation;
  let folder: string;
  let log: { msg: string; mutationId?: string; err?: { message: string } }[];
  let userId: number;
  let clientId: number;
  let orderId: number;
  let trackers: { id: number; mac: string }[];
  let made = 0;

  beforeAll(async () => {
    test = await create();
    proxy = await startBreakingProxy(test.connection);
    db = openDatabase({ engine: test.connection.engine, connection: proxy.connection });
    userId = await insertUser(test.db, 'wanda', 'warehouse');
    ({ clientId } = await insertRun(test.db, 'Aurora', '2020-01-01', '2099-01-01'));
  });
  afterAll(async () => {
    await db?.close();
    await proxy?.close();
    await test?.close();
  });
  beforeEach(async () => {
    trackers = await insertTrackers(test.db, { count: 3, first: made + 1 });
    made += 3;
    [orderId] = (await insertIds(
      test.db,
      sql`insert into customer_orders (client_id, quantity, created_by)
        values (${clientId}::bigint, 5, ${userId}::bigint) returning id`,
    )) as [number];
    folder = await mkdtemp(join(tmpdir(), 'waiting-replay-'));
    ({ store } = openStore(folder, migrations, new Date()));
    writeFact(store, 'device-load', { done: true });
    putOrders(store, [await test.db.transaction(systemScope, (tx) => getCustomerOrder(tx, orderId))]);
    const free = { retired: false, orderId: null, allocationId: null, allocatedBy: null, allocatedAt: null };
    putDevices(
      store,
      trackers.map(({ id, mac }) => {
        const number = macToInteger(mac);
        return { trackerId: id, mac: number, broadcast: number, ...free };
      }),
    );
    log = [];
    const bus = createLocalBus(() => undefined);
    opened = openWorkstation({
      store,
      db,
      probe: { ask: async () => ({ centralTime: Date.now(), tookMs: 0 }), close: () => undefined },
      clock: createClock(0),
      log: pino({}, { write: (line: string) => void log.push(JSON.parse(line)) }),
      events: () => bus,
    });
  });
  afterEach(async () => {
    await opened.stop();
    store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const scanAll = () =>
    trackers.map(({ mac }) => {
      const mutationId = crypto.randomUUID();
      const request = { orderId, scan: mac, mutationId, userId, displayName: 'Wanda' };
      expect(scanOffline(opened.workstation, request)).toMatchObject({ outcome: 'allocated', pending: true });
      return mutationId;
    });
  const begin = () => opened.start(true, async () => undefined);
  const state = () => describeWorkstation(opened.workstation);
  const attempts = (mutationId: string) => findInOutbox(store, mutationId)!.attempts;
  const failures = () => log.filter(({ msg }) => msg === FAILED);
  const online = () => vi.waitFor(() => expect(state().link).toBe('online'), { timeout: 15_000 });
  /** Every scan is at the central database once, in the order in which it was made, and nobody has to settle anything. */
  const expectSentOnce = async (mutationIds: string[]) => {
    const { rows } = await test.db.query<{ id: string; outcome: string }>(
      sql`select mutation_id as id, outcome from scans where customer_order_id = ${orderId} order by scans.id`,
    );
    expect(rows).toEqual(mutationIds.map((id) => ({ id, outcome: 'allocated' })));
    const { rows: live } = await test.db.query<{ id: number }>(
      sql`select tracker_id as id from device_allocations where customer_order_id = ${orderId} order by device_allocations.id`,
    );
    expect(live.map(({ id }) => id)).toEqual(trackers.map(({ id }) => id));
    expect(countOutbox(store)).toMatchObject({ waiting: 0, conflicts: 0 });
    expect(state()).toMatchObject({ link: 'online', problem: null });
  };

  /** Changes the schema. The embedded engine's one session has the console's role since the console connected to it. */
  const asOwner = (text: string) => test.db.query(raw(`set local role none; ${text}`));

  /** As after a failover to a standby: what is written is refused with 25006. */
  const setReadOnly = async (on: boolean) => {
    const { connection } = test;
    if (connection.engine === 'embedded') {
      await test.db.query(sql`set default_transaction_read_only = ${raw(String(on))}`);
      return;
    }
    const options = '-c default_transaction_read_only=off';
    const admin = new pg.Client({ connectionString: connection.url, options });
    await admin.connect();
    const name = new URL(connection.url).pathname.slice(1);
    await admin.query(`alter database ${name} set default_transaction_read_only = ${on}`);
    await admin.end();
    // Connections take it over when they begin.
    for (const each of [db, test.db]) each.abandon();
  };

  it('sends again what a former version took for a conflict, though nobody had refused it', async () => {
    const ids = scanAll();
    for (const [i, code] of ['internal', 'unavailable'].entries()) {
      const { sequence } = findInOutbox(store, ids[i]!)!;
      finishRow(store, sequence, 'conflict', { problem: { code, detail: 'Something went wrong.' } }, Date.now());
    }
    expect(countOutbox(store)).toMatchObject({ waiting: 1, conflicts: 2 });
    begin();
    await online();
    await vi.waitFor(() => expect(countOutbox(store).waiting).toBe(0), { timeout: 15_000 });
    await expectSentOnce(ids);
  });

  it('keeps every scan while the database is read-only, and says so', async () => {
    const ids = scanAll();
    await setReadOnly(true);
    try {
      begin();
      await vi.waitFor(() => expect(attempts(ids[0]!)).toBeGreaterThan(2), { timeout: 15_000 });
      expect(state()).toMatchObject({
        link: 'catching-up',
        outbox: { waiting: 3, conflicts: 0 },
        problem:
          'The waiting scans could not be sent yet. The console tries again by itself. The database is read-only at the moment. Nothing was changed; try again in a moment.',
      });
      // None overtakes the first, and what only reads goes on.
      expect([attempts(ids[1]!), attempts(ids[2]!)]).toEqual([0, 0]);
      expect((await opened.db.query(sql`select 1`)).rowCount).toBe(1);
      const readOnly = failures().filter(({ err }) => err?.message.includes('read-only'));
      expect(readOnly.map(({ mutationId }) => mutationId)).toEqual([ids[0]]);
    } finally {
      await setReadOnly(false);
    }
    await online();
    await expectSentOnce(ids);
  });

  it('keeps a scan at which the database fails for an unknown reason, and those after it', async () => {
    const ids = scanAll();
    await asOwner(`create function fail_at_one() returns trigger language plpgsql as $$
      begin
        raise exception 'nobody knows this';
      end $$;
      create trigger fail_at_one before insert on scans for each row
      when (new.mutation_id = '${ids[1]}') execute function fail_at_one()`);
    begin();
    await vi.waitFor(() => expect(attempts(ids[1]!)).toBeGreaterThan(1), { timeout: 15_000 });
    expect(listOutbox(store, 'waiting', 10, null).map(({ mutationId }) => mutationId)).toEqual(ids.slice(1));
    expect(state()).toMatchObject({
      link: 'catching-up',
      outbox: { waiting: 2, conflicts: 0 },
      problem: expect.stringContaining('The log of this console says what failed.'),
    });
    expect(failures()).toEqual([
      expect.objectContaining({
        mutationId: ids[1],
        err: expect.objectContaining({ message: expect.stringContaining('nobody knows this') }),
      }),
    ]);
    await asOwner('drop function fail_at_one cascade');
    await online();
    await expectSentOnce(ids);
  });

  it.each(['begin; set local', 'commit'])('keeps a scan whose connection dies at “%s”', async (statement) => {
    const ids = scanAll();
    // A connection that stays in the pool.
    await db.query(sql`select 1`);
    proxy.breakBefore(statement);
    begin();
    await online();
    expect(failures()).toEqual([
      expect.objectContaining({ mutationId: ids[0], err: expect.objectContaining({ message: expect.any(String) }) }),
    ]);
    expect(ids.map(attempts)).toEqual([2, 1, 1]);
    await expectSentOnce(ids);
  });

  it('leaves to people what is refused for a reason of the business, and sends the rest', async () => {
    const ids = scanAll();
    await test.db.query(sql`update users set disabled_at = now() where id = ${userId}::bigint`);
    begin();
    await online();
    await test.db.query(sql`update users set disabled_at = null where id = ${userId}::bigint`);
    expect(state()).toMatchObject({ outbox: { waiting: 0, conflicts: 3 }, problem: null });
    expect(findInOutbox(store, ids[0]!)!.centralAnswer).toMatchObject({ problem: { code: 'forbidden' } });
    expect(failures()).toEqual([]);
  });

  it('is not held up for ever by an entry that the audit log can’t hold', async () => {
    const details = { username: 'nobody\0' };
    noteForAudit(opened.workstation, null, { username: 'nobody', action: 'auth.login-failed', details });
    const ids = scanAll();
    begin();
    await online();
    await expectSentOnce(ids);
    expect(log.map(({ msg }) => msg)).toContain('an entry for the audit log was refused');
  });

  it('sends goods after their trackers, and keeps a code that another station has used meanwhile', async () => {
    await test.db.query(sql`update customer_orders set pairs_goods = true where id = ${orderId}::bigint`);
    putOrders(store, [await test.db.transaction(systemScope, (tx) => getCustomerOrder(tx, orderId))]);
    const [a, b, c] = trackers as [Device, Device, Device];
    const act = (scan: string, goodsOf?: string) =>
      scanOffline(opened.workstation, {
        orderId,
        scan,
        goodsOf,
        mutationId: crypto.randomUUID(),
        userId,
        displayName: 'Wanda',
      }).outcome;
    expect([act(a.mac), act('CHAIR-1', a.mac), act(b.mac), act('CHAIR-2', b.mac)]).toEqual([
      'allocated',
      'paired',
      'allocated',
      'paired',
    ]);
    const scope = { kind: 'user', userId, clientId: null } as const;
    for (const request of [{ scan: c.mac }, { scan: 'CHAIR-2', goodsOf: c.mac }])
      await test.db.transaction(scope, (tx) => allocate(tx, { orderId, userId, ...request }, new Date()));
    begin();
    await online();
    await vi.waitFor(() => expect(countOutbox(store)).toMatchObject({ waiting: 0, conflicts: 0 }), { timeout: 15_000 });
    const [last] = listOutbox(store, 'done', 10, null);
    expect(last).toMatchObject({
      answer: { outcome: 'paired', macAddress: b.mac },
      centralAnswer: { result: { outcome: 'paired', goods: { reference: 'CHAIR-2', alsoOn: c.mac } } },
    });
    expect(await test.db.transaction(systemScope, (tx) => getCustomerOrder(tx, orderId))).toMatchObject({
      unpairedCount: 0,
      sharedGoodsCount: 2,
    });
    const { rows } = await test.db.query<{ mac: string; goods: string }>(sql`
      select upper(t.mac_address::text) as mac, g.goods_reference as goods
      from device_pairings g join trackers t on t.id = g.tracker_id where g.customer_order_id = ${orderId}::bigint order by 2, t.id`);
    expect(rows).toEqual([
      { mac: a.mac, goods: 'CHAIR-1' },
      { mac: b.mac, goods: 'CHAIR-2' },
      { mac: c.mac, goods: 'CHAIR-2' },
    ]);
  });
});
