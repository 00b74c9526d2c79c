import sql from 'sql-template-tag';
import { type Database, type Queryable, systemScope } from '../platform/db/queryable.ts';
import { type Attempt, type AttemptCounter, type Count, countedOrWait, lowered, NONE } from './throttle.ts';

/** Longer than any level takes to fall to nothing, but for a flood's. */
const KEPT_MS = 3 * 86_400_000;

/** Counts attempts in the central database: of all consoles together. */
export const attemptCounter = (db: Database): AttemptCounter => ({
  count: (attempts, now) =>
    changed(db, attempts, (counts) => {
      const counted = countedOrWait(attempts, counts, now);
      return [counted.counts, counted.wait];
    }),
  giveBack: (attempts) =>
    changed(db, attempts, (counts) => [attempts.map(({ throttle }, at) => lowered(counts[at]!, throttle)), undefined]),
  forget: (attempts) => changed(db, attempts, () => [attempts.map(() => NONE), undefined]),
});

type Change<T> = (counts: readonly Count[]) => [counts: readonly Count[], result: T];

/** Locks the rows of these attempts, in one order for everybody, and writes what `change` makes of them. */
async function changed<T>(db: Database, attempts: readonly Attempt[], change: Change<T>): Promise<T> {
  const what = attempts.map((attempt) => attempt.what);
  const who = attempts.map((attempt) => attempt.who);
  const address = attempts.map((attempt) => attempt.address);
  return db.transaction(systemScope, async (tx) => {
    const keys = sql`unnest(${what}::text[], ${who}::text[], ${address}::text[])`;
    // The rows have to be there before they can be locked.
    await tx.query(sql`
      insert into sign_in_attempts (what, who, address, level, counted_at, blocked_until)
      select k.what, k.who, k.address, 0, ${new Date(0)}, ${new Date(0)} from ${keys} k (what, who, address)
      order by 1, 2, 3 on conflict do nothing`);
    const { rows } = await tx.query<Row>(sql`
      select a.what, a.who, a.address, a.level, a.counted_at as "countedAt", a.blocked_until as "blockedUntil"
      from sign_in_attempts a where (a.what, a.who, a.address) in (select k.what, k.who, k.address from ${keys} k (what, who, address))
      order by a.what, a.who, a.address for update`);
    const before = attempts.map((attempt) => countOf(rows.find((row) => sameKey(row, attempt))));
    const [after, result] = change(before);
    if (after !== before) await write(tx, { what, who, address }, after);
    return result;
  });
}

interface Row {
  what: string;
  who: string;
  address: string;
  level: number;
  countedAt: Date;
  blockedUntil: Date;
}

const sameKey = (row: Row, attempt: Attempt) =>
  row.what === attempt.what && row.who === attempt.who && row.address === attempt.address;

const countOf = (row: Row | undefined): Count =>
  row ? { level: row.level, countedAt: row.countedAt.getTime(), blockedUntil: row.blockedUntil.getTime() } : NONE;

async function write(
  tx: Queryable,
  keys: { what: string[]; who: string[]; address: string[] },
  counts: readonly Count[],
): Promise<void> {
  const level = counts.map((count) => count.level);
  const countedAt = counts.map((count) => new Date(count.countedAt));
  const blockedUntil = counts.map((count) => new Date(count.blockedUntil));
  await tx.query(sql`
    update sign_in_attempts a set level = c.level, counted_at = c.counted_at, blocked_until = c.blocked_until
    from unnest(${keys.what}::text[], ${keys.who}::text[], ${keys.address}::text[], ${level}::float8[],
      ${countedAt}::timestamptz[], ${blockedUntil}::timestamptz[]) c (what, who, address, level, counted_at, blocked_until)
    where a.what = c.what and a.who = c.who and a.address = c.address`);
}

/** Ends the locks of a user name: after a new password, or when the user is enabled again. */
export async function forgetLoginsAs(tx: Queryable, username: string): Promise<void> {
  await tx.query(sql`delete from sign_in_attempts where what = 'login' and who = ${username}`);
}

/** Drops what no throttle remembers any more. System scope. */
export async function forgetOldAttempts(db: Queryable, now: Date): Promise<void> {
  await db.query(sql`delete from sign_in_attempts where counted_at < ${new Date(now.getTime() - KEPT_MS)}`);
}
