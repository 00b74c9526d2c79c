import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { createClock } from '../clock.ts';
import type { Link } from '../link/link.ts';
import { findDevice, listUnpaired, putDevices } from '../store/devices-store.ts';
import { writeFact } from '../store/facts-store.ts';
import { macToInteger } from '../store/mac-integer.ts';
import { openStore } from '../store/open-store.ts';
import { findOrder, putOrders } from '../store/orders-store.ts';
import { countOutbox, findInOutbox, finishRow } from '../store/outbox-store.ts';
import { applyCentral } from '../sync/apply-central.ts';
import type { Workstation } from '../workstation.ts';
import { scanOffline } from './scan-offline.ts';
import { undoOffline } from './undo-offline.ts';
import { unpairOffline } from './unpair-offline.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', '..', 'migrations', 'sqlite');
const DAY_MS = 86_400_000;
const CONTACT = Date.parse('2026-11-24T08:00:00Z');
const mac = (n: number) => `AA:BB:CC:DD:EE:0${n}`;
const order: CustomerOrder = {
  id: 1,
  number: 'ORD-000001',
  client: { id: 1, name: 'Aurora' },
  brand: null,
  productionRun: null,
  quantity: 2,
  allocatedCount: 0,
  state: 'open',
  dueDate: null,
  notes: '',
  createdBy: 'Ada',
  createdAt: '2026-11-20T08:00:00.000Z',
} as CustomerOrder;

describe('scanning against the copy', () => {
  let folder: string;
  let own: number;
  let workstation: Workstation;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scan-offline-'));
    const { store } = openStore(folder, migrations, new Date());
    own = CONTACT + 60_000;
    const link = { state: () => 'offline', since: () => CONTACT } as Link;
    workstation = {
      store,
      link,
      clock: createClock(0, () => own),
      log: pino({ level: 'silent' }),
      keepsCopy: true,
      problem: null,
      delay: null,
    };
    writeFact(store, 'contact-at', CONTACT);
    writeFact(store, 'device-load', { done: true });
    putOrders(store, [order]);
    putDevices(
      store,
      [1, 2, 3].map((n) => ({
        trackerId: n,
        mac: macToInteger(mac(n)),
        broadcast: macToInteger(mac(n)),
        retired: false,
        orderId: null,
        allocationId: null,
        allocatedBy: null,
        allocatedAt: null,
      })),
    );
  });
  afterEach(async () => {
    workstation.store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const scan = (text: string, mutationId: string = crypto.randomUUID(), orderId = 1) =>
    scanOffline(workstation, { orderId, scan: text, mutationId, userId: 1, displayName: 'Wanda' });

  it('never lets more in than the order holds, and frees the place of what is undone', () => {
    expect([1, 2, 3].map((n) => scan(mac(n)).outcome)).toEqual(['allocated', 'allocated', 'order-full']);
    expect(findOrder(workstation.store, 1)).toMatchObject({ allocatedCount: 2, state: 'filled' });
    const undo = undoOffline(workstation, {
      orderId: 1,
      macAddress: mac(1),
      mutationId: crypto.randomUUID(),
      userId: 1,
      displayName: 'Wanda',
    });
    expect(undo).toMatchObject({ outcome: 'undone', pending: true, order: { allocatedCount: 1, state: 'open' } });
    expect(scan(mac(3)).outcome).toBe('allocated');
    expect(countOutbox(workstation.store).waiting).toBe(5);
  });

  it('finds the address where a manufacturer had it when the copy was made', () => {
    const label = `]C121C0FFEE000001\u001d240${mac(1).replaceAll(':', '')}`;
    expect(scan(label).outcome).toBe('unknown-mac');
    writeFact(workstation.store, 'mac-identifiers', ['240']);
    expect(scan(label)).toMatchObject({ outcome: 'allocated', macAddress: mac(1) });
    const undo = { orderId: 1, macAddress: label, mutationId: crypto.randomUUID(), userId: 1, displayName: 'Wanda' };
    expect(undoOffline(workstation, undo)).toMatchObject({ outcome: 'undone', macAddress: mac(1) });
  });

  it('answers the same mutation id as before, and refuses it for another order', () => {
    const id = crypto.randomUUID();
    const first = scan(mac(1), id);
    expect(scan(mac(1), id)).toEqual(first);
    expect(countOutbox(workstation.store).waiting).toBe(1);
    expect(() => scan(mac(1), id, 2)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  it('keeps what it can’t judge with the station instead of guessing', () => {
    expect(() => scan(mac(1), undefined, 9)).toThrow(expect.objectContaining({ code: 'unavailable' }));
    writeFact(workstation.store, 'device-load', { done: false, after: 2, xid: 1 });
    expect(() => scan(mac(1))).toThrow(expect.objectContaining({ code: 'unavailable' }));
    expect(countOutbox(workstation.store).waiting).toBe(0);
  });

  it('answers a former label with the present one, for a year, and the later of two', () => {
    const row = (id: number, former: { mac: number; replacedAt: number }[]) => ({
      ...{ trackerId: id, mac: macToInteger(mac(id)), broadcast: macToInteger(mac(id)), retired: false, orderId: null },
      ...{ allocationId: null, allocatedBy: null, allocatedAt: null, former },
    });
    const { store } = workstation;
    const now = CONTACT;
    const [label, old] = [0x02aa00000001, 0x02aa00000002];
    putDevices(store, [
      row(2, [{ mac: label, replacedAt: now - 1000 }]),
      row(3, [{ mac: label, replacedAt: now - 2000 }]),
    ]);
    expect(scan('02:AA:00:00:00:01')).toMatchObject({ outcome: 'unknown-mac', correctedMac: mac(2) });
    putDevices(store, [row(2, []), row(3, [{ mac: old, replacedAt: now - 366 * 86_400_000 }])]);
    expect(scan('02:AA:00:00:00:01').correctedMac).toBeUndefined();
    expect(scan('02:AA:00:00:00:02').correctedMac).toBeUndefined();
  });

  it('takes a device from an order that is closed when the person says that it came back, and no retired one', () => {
    const { store } = workstation;
    const [closed, unknown, working] = [2, 3, 4];
    putOrders(store, [
      { ...order, id: closed, state: 'closed' },
      { ...order, id: working },
    ]);
    const held = (id: number, orderId: number) => ({
      ...{ trackerId: id, mac: macToInteger(mac(id)), broadcast: macToInteger(mac(id)), retired: false, orderId },
      ...{ allocationId: id, allocatedBy: 'Omar', allocatedAt: CONTACT },
    });
    putDevices(store, [held(1, closed), held(2, unknown), held(3, working)]);
    const retired = { ...held(4, 1), orderId: null, allocationId: null, retired: true };
    putDevices(store, [{ ...retired, allocatedBy: null, allocatedAt: null }]);
    const came = (n: number) => {
      const mutationId = crypto.randomUUID();
      const asked = { orderId: 1, scan: mac(n), mutationId, returning: 'returned' as const };
      const { outcome } = scanOffline(workstation, { ...asked, userId: 1, displayName: 'Wanda' });
      return [outcome, findInOutbox(store, mutationId)!.request];
    };
    expect([1, 2, 3].map((n) => scan(mac(n)).otherOrder?.closed)).toEqual([true, true, false]);
    expect(came(1)).toEqual(['allocated', { kind: 'scan', scan: mac(1), returning: 'returned', by: 'Wanda' }]);
    expect([came(2)[0], came(3)[0], scan(mac(4)).outcome]).toEqual(['allocated', 'in-another-order', 'retired']);
  });

  it('gives bad input its own answers: half an address, an article number, a web address', () => {
    for (const text of ['AA:BB:CC', '4006381333931', 'https://example.com/x', '\u0000\ud800', 'A'.repeat(500)])
      expect(scan(text)).toMatchObject({ outcome: 'malformed', macAddress: null });
  });

  it('dates acts by the central clock on a workstation that is a day off', () => {
    workstation.clock.measured(own + DAY_MS, own);
    expect(scan(mac(1)).scannedAt).toBe(new Date(own + DAY_MS).toISOString());
  });

  it('dates nothing before the last contact when the clock was set back meanwhile', () => {
    own = CONTACT - DAY_MS;
    expect(scan(mac(1)).scannedAt).toBe(new Date(CONTACT).toISOString());
  });

  it('frees a device that the central database refused, and only then', () => {
    const id = crypto.randomUUID();
    scan(mac(1), id);
    const row = findInOutbox(workstation.store, id)!;
    const refused = { problem: { code: 'not-found', detail: 'There is no customer order 1.' } };
    // Another act on the same device still waits: what it was judged on stays.
    const later = crypto.randomUUID();
    scan(mac(1), later);
    finishRow(workstation.store, row.sequence, 'conflict', refused, own);
    applyCentral(workstation.store, row, refused);
    expect(findDevice(workstation.store, macToInteger(mac(1)))).toMatchObject({ orderId: 1 });
    const last = findInOutbox(workstation.store, later)!;
    finishRow(workstation.store, last.sequence, 'done', { result: { ...last.answer!, outcome: 'order-full' } }, own);
    applyCentral(workstation.store, last, { result: { ...last.answer!, outcome: 'order-full' } });
    expect(findDevice(workstation.store, macToInteger(mac(1)))).toMatchObject({ orderId: null });
  });

  it('pairs trackers with goods as the central database does, and asks about a code that comes twice', () => {
    putOrders(workstation.store, [{ ...order, pairsGoods: true }]);
    const pair = (text: string, of: number, keepBoth = false) =>
      scanOffline(workstation, {
        orderId: 1,
        scan: text,
        goodsOf: mac(of),
        keepBoth,
        mutationId: crypto.randomUUID(),
        userId: 1,
        displayName: 'Wanda',
      });
    expect(scan(mac(1)).order).toMatchObject({ allocatedCount: 1, unpairedCount: 1 });
    expect(pair('CHAIR-1', 1)).toMatchObject({
      outcome: 'paired',
      macAddress: mac(1),
      goods: { reference: 'CHAIR-1', former: null, alsoOn: null },
      order: { unpairedCount: 0 },
      pending: true,
    });
    scan(mac(2));
    expect(pair('CHAIR-1', 2)).toMatchObject({ outcome: 'goods-twice', goods: { alsoOn: mac(1) } });
    expect(pair('A\u0007', 2).outcome).toBe('goods-unusable');
    expect(pair('CHAIR-3', 3).outcome).toBe('goods-without-tracker');
    expect(pair(mac(3), 2)).toMatchObject({ outcome: 'order-full', leftUnpaired: mac(2) });
    expect(pair('CHAIR-1', 2, true).outcome).toBe('paired');
    expect(scan(mac(2))).toMatchObject({ outcome: 'already-in-this-order', goods: { reference: 'CHAIR-1' } });
    const undo = {
      orderId: 1,
      macAddress: mac(2),
      mutationId: crypto.randomUUID(),
      userId: 1,
      displayName: 'Wanda',
    };
    expect(unpairOffline(workstation, undo)).toMatchObject({ outcome: 'unpaired', order: { unpairedCount: 1 } });
    expect(unpairOffline(workstation, undo)).toMatchObject({ outcome: 'unpaired', scanned: 'CHAIR-1' });
    expect(() => unpairOffline(workstation, { ...undo, mutationId: crypto.randomUUID() })).toThrow('has no goods');
    expect(listUnpaired(workstation.store, 1, 10).map((device) => device.trackerId)).toEqual([2]);
    undoOffline(workstation, { ...undo, macAddress: mac(1), mutationId: crypto.randomUUID() });
    expect(findDevice(workstation.store, macToInteger(mac(1)))).toMatchObject({ orderId: null, goodsReference: null });
  });
});

it('takes small differences of clocks for noise', () => {
  const clock = createClock(0, () => 1_000_000);
  clock.measured(1_000_400, 1_000_000);
  expect(clock.offset()).toBe(0);
  clock.measured(1_000_000 - DAY_MS, 1_000_000);
  expect(clock.now().getTime()).toBe(1_000_000 - DAY_MS);
  clock.measured(Number.NaN, 1_000_000);
  expect(clock.offset()).toBe(-DAY_MS);
  clock.measured(1_000_100, 1_000_000);
  expect(clock.offset()).toBe(0);
});

it('goes on as it was when somebody sets the clock, also while cut off, and through the sleep of the machine', () => {
  let [own, even] = [1_000_000, 0];
  const clock = createClock(
    0,
    () => own,
    () => even,
  );
  const pass = (ms: number) => {
    own += ms;
    even += ms;
  };
  clock.measured(own + DAY_MS, own);
  const heard: number[] = [];
  clock.onChange((offset) => heard.push(offset));
  pass(8 * 3_600_000);
  const before = clock.now().getTime();
  // Put right by hand.
  own += DAY_MS - 300;
  expect([clock.now().getTime(), clock.offset()]).toEqual([before - 300, 0]);
  own -= 3_600_000;
  expect([clock.now().getTime(), clock.offset()]).toEqual([before - 300, 3_600_000]);
  expect(heard).toEqual([0, 3_600_000]);
});
