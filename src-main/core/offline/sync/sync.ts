import { setImmediate as turn } from 'node:timers/promises';
import { floor } from '../../../../src-shared/contract/roles.ts';
import { getCustomerOrder, listOrdersById } from '../../orders/customer-orders-store.ts';
import { macIdentifiers } from '../../orders/mac-identifiers-store.ts';
import { type Database, systemScope } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { outOfReach } from '../link/link.ts';
import { forgetDevices, putDevices } from '../store/devices-store.ts';
import { forgetFact, readFact, writeFact } from '../store/facts-store.ts';
import { allOrders, forgetOrder, forgetOrders, putOrders } from '../store/orders-store.ts';
import { countOutbox } from '../store/outbox-store.ts';
import { anyPersonOf, forgetPeople } from '../store/people-store.ts';
import { deletePins } from '../store/reviews-store.ts';
import type { DeviceLoad, Workstation } from '../workstation.ts';
import {
  type Horizon,
  readDeviceChanges,
  readDevicesAfter,
  readDevicesBetween,
  readHorizon,
} from './device-changes-store.ts';
import { readOrderMarks } from './order-marks-store.ts';

/** Rows per transaction: a few milliseconds, during which the event loop is blocked. */
const PAGE = 1_000;
/** Rows per question of the first copy. */
const FIRST_PAGE = 10_000;
/** The journal is kept longer than this (see `DEVICE_CHANGES_DAYS`); an older copy is made again from scratch. */
const STALE_DAYS = 25;
const DAY_MS = 86_400_000;

/**
 * Whether the store belongs to this database. One that has nothing to send is emptied for another database; one that
 * has is left as it is, with the reason in `problem`, since scans of one company must not end up at another.
 */
export async function recogniseDatabase(workstation: Workstation, db: Database): Promise<Horizon> {
  const { store } = workstation;
  const horizon = await readHorizon(db);
  const known = readFact<string>(store, 'installation');
  workstation.problem = null;
  if (known === horizon.installation) return horizon;
  if (known !== null) {
    const { waiting, conflicts } = countOutbox(store);
    if (waiting + conflicts > 0) {
      workstation.problem = `${waiting + conflicts} scans and undos on this workstation belong to another database. Connect it to that database again to send them.`;
      return horizon;
    }
    store.write(() => {
      forgetDevices(store);
      forgetOrders(store);
      forgetPeople(store);
      deletePins(store);
      for (const fact of ['device-load', 'device-cursor', 'synced-at', 'mac-identifiers'] as const)
        forgetFact(store, fact);
    });
  }
  writeFact(store, 'installation', horizon.installation);
  return horizon;
}

/** Brings devices and orders up to date. Nothing is copied before somebody who may scan has signed in here. */
export async function refreshCopy(workstation: Workstation, db: Database): Promise<void> {
  const { store, clock } = workstation;
  if (!workstation.keepsCopy || workstation.problem !== null || !anyPersonOf(store, floor)) return;
  await syncDevices(workstation, db);
  await syncOrders(workstation, db);
  writeFact(store, 'mac-identifiers', (await macIdentifiers(db)) ?? null);
  writeFact(store, 'synced-at', clock.now().getTime());
}

async function syncDevices(workstation: Workstation, db: Database): Promise<void> {
  const { store, clock } = workstation;
  const { xid, restoredAt } = await readHorizon(db);
  const from = readFact<number>(store, 'device-cursor');
  const syncedAt = readFact<number>(store, 'synced-at') ?? 0;
  let load = readFact<DeviceLoad>(store, 'device-load');
  const restored = load !== null && readFact<string>(store, 'restored-at') !== restoredAt;
  // A cursor ahead of the database: it was restored from a copy of its files and counts again from there.
  const stale = restored || (from !== null && (from > xid || clock.now().getTime() - syncedAt > STALE_DAYS * DAY_MS));
  if (load === null || stale) {
    load = { done: false, after: 0, xid };
    store.write(() => {
      if (stale) forgetDevices(store);
      writeFact(store, 'device-load', load);
      writeFact(store, 'restored-at', restoredAt);
    });
  }
  if (!load.done) return loadDevices(workstation, db, load);
  if (from !== null && from < xid) await followDevices(workstation, db, from, xid);
}

/** The first copy, resumed where it was broken off. Changes made meanwhile are read from the journal afterwards. */
async function loadDevices(
  { store, link }: Workstation,
  db: Database,
  load: DeviceLoad & { done: false },
): Promise<void> {
  let { after } = load;
  for (;;) {
    const rows = await readDevicesAfter(db, after, FIRST_PAGE);
    for (let at = 0; at < rows.length; at += PAGE) {
      if (link.state() !== 'online') throw outOfReach();
      const page = rows.slice(at, at + PAGE);
      after = page.at(-1)!.trackerId;
      store.write(() => {
        putDevices(store, page);
        writeFact(store, 'device-load', { ...load, after });
      });
      await turn();
    }
    if (rows.length < FIRST_PAGE) break;
  }
  store.write(() => {
    writeFact(store, 'device-load', { done: true } satisfies DeviceLoad);
    writeFact(store, 'device-cursor', load.xid);
  });
}

async function followDevices({ store, link }: Workstation, db: Database, from: number, below: number): Promise<void> {
  let after = 0;
  for (;;) {
    const changes = await readDeviceChanges(db, from, below, after, PAGE);
    for (const { firstId, lastId } of merged(changes)) {
      for (let first = firstId; first <= lastId; first += PAGE) {
        const rows = await readDevicesBetween(db, first, Math.min(lastId, first + PAGE - 1));
        // Read before the connection was lost: what was scanned since must not be overwritten.
        if (link.state() !== 'online') throw outOfReach();
        putDevices(store, rows);
        await turn();
      }
    }
    if (changes.length < PAGE) break;
    after = changes.at(-1)!.id;
  }
  writeFact(store, 'device-cursor', below);
}

/** Ranges in ascending order without overlap; those a few ids apart are one, which costs less than another query. */
function merged(ranges: readonly { firstId: number; lastId: number }[]): { firstId: number; lastId: number }[] {
  const GAP = 50;
  const sorted = [...ranges].sort((a, b) => a.firstId - b.firstId);
  const result: { firstId: number; lastId: number }[] = [];
  for (const { firstId, lastId } of sorted) {
    const last = result.at(-1);
    if (last && firstId <= last.lastId + GAP) last.lastId = Math.max(last.lastId, lastId);
    else result.push({ firstId, lastId });
  }
  return result;
}

/** Of which state the copy holds each order that takes scans; of a copy that was made before this start nothing is known. */
const marksOf = new WeakMap<Workstation, Map<number, string | null>>();
/** As many orders are read at once. */
const ORDERS = 500;

/** Has these orders (all, where none are named) read again though they may not have changed: their copy may have. */
export function forgetMarks(workstation: Workstation, orderIds?: Iterable<number>): void {
  if (orderIds === undefined) marksOf.delete(workstation);
  else for (const id of orderIds) marksOf.get(workstation)?.delete(id);
}

/** Those orders that take scans and have changed, and the present state of those that took some when last looked. */
async function syncOrders(workstation: Workstation, db: Database): Promise<void> {
  const { store, link } = workstation;
  const marks = marksOf.get(workstation) ?? new Map<number, string | null>();
  marksOf.set(workstation, marks);
  const inWork = await readOrderMarks(db);
  const changed = inWork.filter(({ id, mark }) => mark === null || marks.get(id) !== mark);
  for (let at = 0; at < changed.length; at += ORDERS) {
    const page = changed.slice(at, at + ORDERS);
    // Noted before the orders are read: what is forgotten meanwhile stays forgotten.
    for (const { id, mark } of page) marks.set(id, mark);
    const ids = page.map(({ id }) => id);
    try {
      const orders = await db.transaction(systemScope, (tx) => listOrdersById(tx, ids));
      if (link.state() !== 'online') throw outOfReach();
      putOrders(store, orders);
    } catch (error) {
      forgetMarks(workstation, ids);
      throw error;
    }
  }
  const ids = new Set(inWork.map((order) => order.id));
  for (const id of marks.keys()) if (!ids.has(id)) marks.delete(id);
  const gone = allOrders(store).filter(
    (order) => !ids.has(order.id) && (order.state === 'open' || order.state === 'filled'),
  );
  await refreshOrders(
    store,
    db,
    gone.map((order) => order.id),
  );
}

export async function refreshOrders(
  store: Workstation['store'],
  db: Database,
  orderIds: Iterable<number>,
  mayPut: () => boolean = () => true,
): Promise<void> {
  for (const id of orderIds) {
    try {
      const order = await db.transaction(systemScope, (tx) => getCustomerOrder(tx, id));
      if (mayPut()) putOrders(store, [order]);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
      forgetOrder(store, id);
    }
  }
}
