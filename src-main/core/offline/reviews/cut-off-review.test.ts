import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReviewTarget } from '../../../../src-shared/contract/reviews.ts';
import { consolePaths } from '../../app/paths.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { insertRun, insertTrackers, insertUser } from '../../testing/company.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { createClock } from '../clock.ts';
import { openStore, STORE_FILE } from '../store/open-store.ts';
import { putPerson } from '../store/people-store.ts';
import { allReviewed, insertPin, listPins } from '../store/reviews-store.ts';
import type { Store } from '../store/store.ts';
import type { Workstation } from '../workstation.ts';
import { keepReviewsFresh } from './keep-fresh.ts';
import { loadReview } from './load-review.ts';
import { removePin } from './remove-pin.ts';

const log = pino({ level: 'silent' });
const TRACKERS = 45;

/** The connection is lost while a review is read, and comes back. */
describe.each(testEngines())('a review that was cut off from $name', ({ create }) => {
  let test: TestDatabase;
  let folder: string;
  let store: Store;
  let workstation: Workstation;
  let reviewer: { userId: number; clientId: null };
  let clientId: number;
  let runId: number;
  let macs: string[];

  beforeAll(async () => {
    test = await create();
    folder = await mkdtemp(join(tmpdir(), 'review-'));
    ({ store } = openStore(folder, join(consolePaths().migrations, 'sqlite'), new Date()));
    const run = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30');
    ({ clientId, runId } = run);
    macs = (await insertTrackers(test.db, { count: TRACKERS, runId: run.runId })).map(({ mac }) => mac);
    reviewer = { userId: await insertUser(test.db, 'Rita', 'reviewer'), clientId: null };
    const rita = { userId: reviewer.userId, username: 'rita', displayName: 'Rita', role: 'reviewer' as const };
    putPerson(store, { ...rita, clientId: null, clientName: null, mustChangePassword: false }, Date.now());
    const link = { state: () => 'online' as const, since: () => 0, check: async () => true };
    workstation = {
      ...{ store, log, clock: createClock(0), keepsCopy: true, problem: null, delay: null },
      link: { ...link, guarded: (work) => work(), start: () => undefined, stop: () => undefined },
    };
  }, 60_000);
  afterAll(async () => {
    store?.close();
    await test?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** A database that is lost after so many transactions. */
  const lostAfter = (most: number): Database & { asked: () => number } => {
    let asked = 0;
    return {
      ...test.db,
      asked: () => asked,
      transaction: (...given) => {
        if (++asked > most) throw new AppError('unavailable', 'The central database can’t be reached.');
        return test.db.transaction(...given);
      },
    };
  };
  const read = async (db: Database) => {
    await keepReviewsFresh(workstation, { db, now: () => new Date(), log });
    return listPins(store, reviewer)[0]!;
  };
  const onDisk = async (text: string) => {
    const parts = await Promise.all(
      ['', '-wal'].map((part) => readFile(join(folder, STORE_FILE + part)).catch(() => '')),
    );
    return parts.some((part) => part.includes(text));
  };

  it('says how much of it is there, goes on where it was, and is read again when it is old', async () => {
    const target = { kind: 'client', clientId } as const;
    const range = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
    insertPin(store, reviewer, { target, label: 'Aurora', ...range }, Date.now());
    // Its ids, two kinds of locations and one page of trackers.
    const whole = lostAfter(Number.POSITIVE_INFINITY);
    const part = await read(lostAfter(4));
    expect(part).toMatchObject({ state: 'waiting', trackers: 20, total: TRACKERS, loadedAt: null });
    expect(part.error).toContain('It continues when the database answers');
    expect(await read(whole)).toMatchObject({ state: 'ready', trackers: TRACKERS, total: TRACKERS, error: null });
    // Ids, locations, and only the two pages that were missing.
    expect(whole.asked()).toBe(5);
    expect((await read(whole)).state).toBe('ready');
    expect(whole.asked()).toBe(5);
    await keepReviewsFresh(workstation, { db: whole, now: () => new Date(Date.now() + 3_600_000), log });
    expect(whole.asked()).toBeGreaterThan(5);
  });

  it('says what to narrow when it has outgrown its limit, and keeps what was read before', async () => {
    const deps = { db: test.db, now: () => new Date(), log };
    const range = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
    const load = async (target: ReviewTarget) => {
      const [first] = listPins(store, reviewer);
      await loadReview(workstation, deps, reviewer, { id: first!.id, target, ...range }, TRACKERS - 1);
      return listPins(store, reviewer)[0]!;
    };
    const tooLarge = await load({ kind: 'client', clientId });
    expect(tooLarge).toMatchObject({ state: 'failed', loadedAt: expect.any(String) });
    expect(tooLarge.error).toContain('Pin its production runs one by one instead');
    expect((await load({ kind: 'run', productionRunId: runId })).error).toContain('Pin an area');
    const world = { west: -180, south: -80, east: 180, north: 80 };
    await test.db.query(sql`update tracker_status set last_position = st_makepoint(7, 47)::geography,
      last_reported_at = '2026-11-20Z', last_horizontal_accuracy_m = 9, status = 'IN_TRANSIT'`);
    expect((await load({ kind: 'area', ...world })).error).toContain('Pin a smaller area, or fewer days');
    expect(allReviewed(store, reviewer).trackers).toHaveLength(TRACKERS);
  });

  it('leaves the disk when it is unpinned', async () => {
    const [pin] = listPins(store, reviewer);
    expect(await onDisk(macs[0]!)).toBe(true);
    const before = store.size();
    await removePin(store, pin!.id);
    for (const mac of macs) expect(await onDisk(mac)).toBe(false);
    expect(await onDisk('Aurora')).toBe(false);
    expect(store.size()).toBeLessThan(before);
  });
});
