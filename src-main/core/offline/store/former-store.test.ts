import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFact, writeFact } from './facts-store.ts';
import { openStoreBelow } from './former-store.ts';
import { openStore } from './open-store.ts';
import { addToOutbox, countOutbox, finishRow, listOutbox } from './outbox-store.ts';
import type { Store } from './store.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', '..', 'migrations', 'sqlite');
const now = new Date('2026-11-24T10:00:00Z');

describe('the folder of the workstation’s store', () => {
  let dataDir: string;
  let opened: Store[];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'former-'));
    opened = [];
  });
  afterEach(async () => {
    for (const store of opened) if (store.isOpen()) store.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const former = () => join(dataDir, 'cache');
  const present = () => join(dataDir, 'workstation');
  const open = (folder: string) => {
    const { store } = openStore(folder, migrations, now);
    opened.push(store);
    return store;
  };
  const openBelow = () => {
    const result = openStoreBelow(dataDir, migrations, now);
    opened.push(result.store);
    return result;
  };
  const scan = (store: Store, mutationId: string) =>
    addToOutbox(store, {
      mutationId,
      orderId: 1,
      userId: 1,
      request: { kind: 'scan', scan: mutationId },
      answer: null,
      at: 0,
      clockOffset: 0,
    });
  const waiting = (store: Store) => listOutbox(store, 'waiting', 100, null).map((row) => row.mutationId);

  it('is made where there is none', () => {
    const { former: beside, store } = openBelow();
    expect(beside).toBeNull();
    expect(waiting(store)).toEqual([]);
    expect(readdirSync(dataDir)).toEqual(['workstation']);
  });

  it('is renamed with all that is in it, also what only the write-ahead log has', () => {
    const running = open(join(dataDir, 'running'));
    scan(running, 'a');
    running.run(
      "insert into damaged_files (path, reason, found_at, rescued, complete) values (?, 'torn', 0, 1, 1)",
      join(former(), 'workstation.db.damaged-1'),
    );
    // As a console that was killed leaves its files.
    cpSync(join(dataDir, 'running'), former(), { recursive: true });
    running.close();
    writeFileSync(join(former(), 'workstation.db.damaged-1'), 'torn');
    // Left by a start that was ended between the two steps.
    mkdirSync(present());

    const { former: beside, store } = openBelow();
    expect(beside).toBeNull();
    expect(existsSync(former())).toBe(false);
    expect(waiting(store)).toEqual(['a']);
    const { path } = store.get<{ path: string }>('select path from damaged_files')!;
    expect(path).toBe(join(present(), 'workstation.db.damaged-1'));
    expect(existsSync(path)).toBe(true);
  });

  it('leaves a folder of that name alone that is something else', () => {
    mkdirSync(former());
    writeFileSync(join(former(), 'tiles.bin'), '');
    expect(openBelow().former).toBeNull();
    expect(readdirSync(former())).toEqual(['tiles.bin']);
  });

  it('takes over what an older console left unsent meanwhile, once, and keeps its files', () => {
    const mine = open(present());
    writeFact(mine, 'installation', 'ours');
    scan(mine, 'a');
    mine.close();
    const theirs = open(former());
    writeFact(theirs, 'installation', 'ours');
    for (const id of ['sent', 'a', 'b', 'refused']) scan(theirs, id);
    finishRow(theirs, 1, 'done', null, 5);
    finishRow(theirs, 4, 'conflict', { problem: { code: 'conflict', detail: 'closed' } }, 5);
    theirs.close();

    const { former: beside, store } = openBelow();
    expect(beside).toMatchObject({ state: 'taken-over', rescued: 2, complete: true });
    expect(waiting(store)).toEqual(['a', 'b']);
    expect(listOutbox(store, 'conflict', 10, null)).toMatchObject([
      { mutationId: 'refused', centralAnswer: { problem: { code: 'conflict' } } },
    ]);
    expect(existsSync(join(beside!.kept, 'workstation.db'))).toBe(true);
    store.close();
    const again = openBelow();
    expect(again.former).toBeNull();
    expect(countOutbox(again.store)).toMatchObject({ waiting: 2, conflicts: 1 });
  });

  it('keeps scans of another database where they are', () => {
    const mine = open(present());
    writeFact(mine, 'installation', 'ours');
    mine.close();
    const theirs = open(former());
    writeFact(theirs, 'installation', 'another');
    scan(theirs, 'b');
    theirs.close();

    const { former: beside, store } = openBelow();
    expect(beside).toEqual({ state: 'of-another-database', unsent: 1, kept: former() });
    expect(waiting(store)).toEqual([]);
    expect(readFact(store, 'installation')).toBe('ours');
    expect(waiting(open(former()))).toEqual(['b']);
  });

  it('says so where what was left can’t be read, and keeps it', () => {
    open(present()).close();
    mkdirSync(former());
    writeFileSync(join(former(), 'workstation.db'), 'not SQLite at all '.repeat(400));
    const { former: beside, store } = openBelow();
    expect(beside).toMatchObject({ state: 'taken-over', rescued: 0, complete: false });
    expect(store.all('select path, rescued, complete from damaged_files')).toEqual([
      { path: beside!.kept, rescued: 0, complete: 0 },
    ]);
    expect(existsSync(join(beside!.kept, 'workstation.db'))).toBe(true);
  });

  it('says what to do when the folder can’t be renamed, and touches nothing', () => {
    const theirs = open(former());
    scan(theirs, 'a');
    theirs.close();
    writeFileSync(present(), 'a file in the way');
    expect(openBelow).toThrow(
      /unsent scans and must be renamed to .*workstation, which failed \(\w+\)\. Nothing is lost/,
    );
    expect(waiting(open(former()))).toEqual(['a']);
  });
});
