import { closeSync, existsSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreDamaged, toStoreError } from './damage.ts';
import { findDevice, putDevices } from './devices-store.ts';
import { integerToMac, macToInteger } from './mac-integer.ts';
import { openStore } from './open-store.ts';
import { addToOutbox, countOutbox, findInOutbox } from './outbox-store.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', '..', 'migrations', 'sqlite');
const now = new Date('2026-11-24T10:00:00Z');

describe('the store of a workstation', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'store-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const open = () => openStore(folder, migrations, now);
  const file = () => join(folder, 'workstation.db');

  function fill(rows: number) {
    const { store } = open();
    for (let i = 0; i < rows; i++) {
      addToOutbox(store, {
        mutationId: `m-${i}`,
        orderId: 1,
        userId: 1,
        request: { kind: 'scan', scan: 'x'.repeat(400) },
        answer: null,
        at: i,
        clockOffset: 0,
      });
    }
    store.close();
  }

  it('keeps what was written over a new start', () => {
    fill(3);
    const { store, setAside } = open();
    expect(setAside).toBeNull();
    expect(countOutbox(store)).toEqual({ waiting: 3, oldestAt: 0, conflicts: 0 });
    expect(findInOutbox(store, 'm-2')?.request).toEqual({ kind: 'scan', scan: 'x'.repeat(400) });
    store.close();
  });

  it('sets a file aside that is no database, keeps it, and says so', () => {
    fill(1);
    for (const part of ['', '-wal', '-shm'])
      if (existsSync(file() + part)) writeFileSync(file() + part, 'not SQLite at all '.repeat(400));
    const { store, setAside } = open();
    expect(setAside).toContain('workstation.db.damaged-2026-11-24');
    expect(statSync(setAside!).size).toBeGreaterThan(1000);
    expect(store.all('select path, rescued, complete from damaged_files')).toEqual([
      { path: setAside, rescued: 0, complete: 0 },
    ]);
    store.close();
  });

  it('rescues the outbox of a file that is damaged elsewhere', () => {
    fill(40);
    const { store: first } = open();
    putDevices(
      first,
      Array.from({ length: 5000 }, (_, i) => ({
        trackerId: i + 1,
        mac: 1000 + i,
        broadcast: 1000 + i,
        retired: false,
        orderId: null,
        allocationId: null,
        allocatedBy: null,
        allocatedAt: null,
      })),
    );
    first.close();
    // The devices were written last: spoil the end of the file.
    const handle = openSync(file(), 'r+');
    const { size } = statSync(file());
    for (let at = size - 3 * 4096; at < size; at += 4096) writeSync(handle, Buffer.alloc(2048, 0xa5), 0, 2048, at);
    closeSync(handle);
    const { store, setAside } = open();
    expect(setAside).not.toBeNull();
    expect(countOutbox(store).waiting).toBe(40);
    expect(store.get('select rescued, complete from damaged_files')).toEqual({ rescued: 40, complete: 1 });
    expect(readdirSync(folder).some((name) => name.includes('.damaged-'))).toBe(true);
    store.close();
  });

  it('tells damage from other trouble', () => {
    expect(toStoreError(Object.assign(new Error('x'), { code: 'SQLITE_CORRUPT_VTAB' }))).toBeInstanceOf(StoreDamaged);
    expect(toStoreError(Object.assign(new Error('x'), { code: 'SQLITE_FULL' }))).toMatchObject({ code: 'unavailable' });
    const other = new Error('x');
    expect(toStoreError(other)).toBe(other);
  });

  it('knows a device by the address of its key until it is back from the manufacturer', () => {
    const { store } = open();
    const row = {
      trackerId: 7,
      retired: false,
      orderId: null,
      allocationId: null,
      allocatedBy: null,
      allocatedAt: null,
    };
    const broadcast = macToInteger('C0:00:00:00:00:01');
    const own = macToInteger('AA:BB:CC:DD:EE:FF');
    expect(integerToMac(own)).toBe('AA:BB:CC:DD:EE:FF');
    putDevices(store, [{ ...row, mac: null, broadcast }]);
    expect(findDevice(store, broadcast)).toMatchObject({ trackerId: 7, manufactured: false });
    putDevices(store, [{ ...row, mac: own, broadcast }]);
    expect(findDevice(store, broadcast)).toBeNull();
    expect(findDevice(store, own)).toMatchObject({ trackerId: 7, manufactured: true });
    store.close();
  });
});
