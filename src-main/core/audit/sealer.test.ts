import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectionConfig } from '../platform/db/connection.ts';
import { openDatabase } from '../platform/db/database.ts';
import { type Database, systemScope, type Transaction } from '../platform/db/queryable.ts';
import { postgres, type TestDatabase, testEngines } from '../testing/database.ts';
import { needing } from '../testing/needing.ts';
import { appendAudit, sealSome, unsealedEntries } from './append-store.ts';
import { listAuditEntries, walkChain } from './audit-log-store.ts';
import { type Sealer, sealAll, startSealer } from './sealer.ts';
import { beginWalk, walkOn } from './verification.ts';

const log = pino({ level: 'silent' });
const at = new Date('2026-11-23T08:15:00Z');
const write = (tx: Transaction | Database, action: string, actor = 'a') =>
  appendAudit(tx, { at, userId: null, username: actor, action });
const commit = (db: Database, ...actions: string[]) =>
  db.transaction(systemScope, async (tx) => {
    for (const action of actions) await write(tx, action);
  });

/** A transaction that stays open until it is told how to end. */
function held(db: Database, action: string) {
  const end = Promise.withResolvers<'commit' | 'rollback'>();
  const written = Promise.withResolvers<void>();
  const done = db
    .transaction(systemScope, async (tx) => {
      await write(tx, action);
      written.resolve();
      if ((await end.promise) === 'rollback') throw new Error('rolled back');
    })
    .catch(() => undefined);
  return {
    written: written.promise,
    end(how: 'commit' | 'rollback') {
      end.resolve(how);
      return done;
    },
  };
}
type Held = ReturnType<typeof held>;

/** Numbers that are the same in each run. */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each(testEngines())('the audit log on $name', ({ name, create }) => {
  let test: TestDatabase;
  let sealers: Sealer[] = [];
  beforeAll(async () => {
    test = await create();
  });
  afterEach(async () => {
    for (const sealer of sealers) await sealer.stop();
    sealers = [];
  });
  afterAll(() => test?.close());
  const sealer = (db: Pick<Database, 'query'>) => {
    const started = startSealer({ db, log });
    sealers.push(started);
    return started;
  };
  const left = async () => (await unsealedEntries(test.db)).count;
  const chain = async () =>
    (await test.db.query<{ action: string }>(sql`select action from audit_log order by id`)).rows.map(
      (row) => row.action,
    );

  it('is sealed within a second of a commit, without a question while nothing is written', async () => {
    let asked = 0;
    sealer({
      query: (statement) => {
        asked++;
        return test.db.query(statement);
      },
    });
    await expect.poll(() => asked).toBe(1);
    await commit(test.db, 'first', 'second');
    await expect.poll(left, { timeout: 5_000, interval: 20 }).toBe(0);
    expect((await chain()).slice(-2)).toEqual(['first', 'second']);
    const before = asked;
    await sleep(800);
    expect(asked).toBe(before);
  });

  it('is sealed once the database takes it again, and by a console that stops', async () => {
    let refusals = 2;
    const started = sealer({
      query: (statement) => (refusals-- > 0 ? Promise.reject(new Error('read-only')) : test.db.query(statement)),
    });
    await commit(test.db, 'refused at first');
    await expect.poll(left, { timeout: 10_000 }).toBe(0);
    await commit(test.db, 'the last word');
    await started.stop();
    expect(await left()).toBe(0);
  });

  it('takes more than a page, and says what is not sealed and since when', async () => {
    await commit(test.db, ...Array.from({ length: 7 }, (_, n) => `page ${n}`));
    const { count, since, seconds } = await unsealedEntries(test.db);
    expect([count, Math.abs(Date.now() - since!.getTime()) < 60_000, seconds < 60]).toEqual([7, true, true]);
    expect([await sealSome(test.db, 3), await sealSome(test.db, 3), await sealSome(test.db, 3)]).toEqual([3, 3, 1]);
    expect(await sealSome(test.db, 3)).toBe(0);
    expect(await unsealedEntries(test.db)).toEqual({ count: 0, since: null, seconds: 0 });
    const { last, ...whole } = await walkOn(test.db, beginWalk());
    expect(whole).toMatchObject({ firstBrokenId: null, isOver: true });
    // A few entries at a time, it comes to the same; from an entry in between, to the rest.
    expect(await walkOn(test.db, beginWalk(), undefined, 2)).toEqual({ ...whole, last });
    const middle = (await walkChain(test.db, beginWalk().last, 3)).last;
    expect(await walkOn(test.db, beginWalk(middle), undefined, 4)).toMatchObject({
      ...{ entries: whole.entries - 3, firstBrokenId: null, last },
    });
    expect((await walkOn(test.db, beginWalk({ ...middle, hash: '11'.repeat(32) }))).firstBrokenId).toBe(middle.id + 1);
  });

  // Each entry that was committed when the first page was read is on one page, whatever is sealed in between; with open
  // transactions, which one session can't have, in an order that is not that of writing.
  it.each(['-at', 'at'] as const)('is listed whole while it is sealed, by %s', async (sort) => {
    for (let seed = 1; seed <= 8; seed++) {
      const roll = dice(seed);
      const open: Held[] = [];
      const step = async () => {
        const kind = roll(name === 'postgresql' ? 6 : 3);
        if (kind === 0) await sealSome(test.db, 1 + roll(6));
        else if (kind <= 2) await commit(test.db, 'x');
        else if (kind === 3 && open.length < 4) {
          const transaction = held(test.db, 'late');
          await transaction.written;
          open.push(transaction);
        } else if (open.length > 0)
          await open.splice(roll(open.length), 1)[0]!.end(roll(4) === 0 ? 'rollback' : 'commit');
      };
      for (let n = roll(15); n > 0; n--) await step();
      const { rows } = await test.db.query<{ sequence: number }>(sql`select sequence from audit_entries`);
      const seen: number[] = [];
      for (let cursor: string | undefined, n = 0; ; n++) {
        const page = await listAuditEntries(test.db, { sort, limit: 1 + roll(4), cursor });
        seen.push(...page.items.map(({ sequence }) => sequence));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
        if (n < 12) for (let steps = roll(4); steps > 0; steps--) await step();
      }
      expect(seen.length, `seed ${seed}`).toBe(new Set(seen).size);
      expect(
        rows.map(({ sequence }) => sequence).filter((sequence) => !seen.includes(sequence)),
        `seed ${seed}`,
      ).toEqual([]);
      for (const transaction of open) await transaction.end('rollback');
    }
    await sealAll(test.db);
  });
});

needing('postgres').describe('the audit log of several consoles', () => {
  let test: TestDatabase;
  const consoles: Database[] = [];
  beforeEach(async () => {
    test = await postgres.create();
    for (let n = 0; n < 4; n++)
      consoles.push(openDatabase({ engine: 'postgresql', connection: connectionConfig(test.connection) }));
  });
  afterEach(async () => {
    for (const db of consoles.splice(0)) await db.close();
    await test.close();
  });

  it('holds each committed entry once, in the order of each session, whoever dies', async () => {
    const sealers = consoles.slice(0, 3).map((db) => startSealer({ db, log }));
    const committed = new Set<string>();
    const rolledBack = new Set<string>();
    const session = async (db: Database, actor: string) => {
      const roll = dice(actor.charCodeAt(0));
      for (let n = 0; n < 25; n++) {
        const action = `${actor}${n}`;
        const fate = roll(5);
        await db
          .transaction(systemScope, async (tx) => {
            await write(tx, action, actor);
            if (fate === 0) await sleep(roll(60));
            if (fate === 1) throw new Error('rolled back');
          })
          .then(
            () => committed.add(action),
            // What was cut off while it committed may be either.
            () => fate === 1 && rolledBack.add(action),
          );
        if (n === 12 && actor === 'a') consoles[0]!.abandon();
      }
    };
    await Promise.all([...'abcdefgh'].map((actor, n) => session(consoles[n % 4]!, actor)));
    for (const sealer of sealers) await sealer.stop();
    expect(await sealAll(test.db)).toBe(true);
    expect(await walkOn(test.db, beginWalk())).toMatchObject({ firstBrokenId: null });
    const { rows } = await test.db.query<{ action: string; actor: string }>(
      sql`select action, actor from audit_log order by id`,
    );
    const actions = rows.map(({ action }) => action);
    expect(actions.length).toBe(new Set(actions).size);
    expect([...committed].filter((action) => !actions.includes(action))).toEqual([]);
    expect(actions.filter((action) => rolledBack.has(action))).toEqual([]);
    for (const actor of 'abcdefgh') {
      const own = rows.filter((row) => row.actor === actor).map(({ action }) => Number(action.slice(1)));
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
  });

  it('waits for no transaction, and leaves none behind', async () => {
    const open = held(consoles[0]!, 'late');
    await open.written;
    await commit(consoles[1]!, 'early');
    expect(await sealAll(test.db)).toBe(true);
    await open.end('commit');
    expect(await sealAll(test.db)).toBe(true);
    const { rows } = await test.db.query(sql`select action from audit_log order by id`);
    expect(rows).toEqual([{ action: 'early' }, { action: 'late' }]);
  });

  it('loses no entry to a late one that is listed before it', async () => {
    const open = held(consoles[0]!, 'late');
    await open.written;
    await commit(consoles[1]!, 'early', 'last');
    const next = async (cursor?: string | null) => {
      const { items, nextCursor } = await listAuditEntries(test.db, { limit: 1, cursor: cursor ?? undefined });
      return { action: items[0]?.action, nextCursor };
    };
    const first = await next();
    await sealAll(test.db);
    await open.end('commit');
    const second = await next(first.nextCursor);
    const third = await next(second.nextCursor);
    expect([first.action, second.action, third.action, third.nextCursor]).toEqual(['last', 'late', 'early', null]);
  });

  it('is sealed by one at a time; the other is told so', async () => {
    await commit(test.db, 'x');
    const [sealing, sealed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = consoles[0]!.transaction(systemScope, async (tx) => {
      await sealSome(tx, 10);
      sealing.resolve();
      await sealed.promise;
    });
    await sealing.promise;
    expect(await sealSome(consoles[1]!, 10)).toBeNull();
    expect(await sealAll(consoles[1]!, 50)).toBe(false);
    sealed.resolve();
    await first;
    expect(await sealSome(consoles[1]!, 10)).toBe(0);
  });
});
