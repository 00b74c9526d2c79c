import sql from 'sql-template-tag';
import type { Queryable } from './queryable.ts';

/** What one console does for all of them. */
export type HousekeepingTurn = 'what the passing of time causes' | 'a backup' | 'the fetch queue';

/**
 * Takes a turn that was last taken at least so many milliseconds ago, by any console and by the database's clock. False
 * when it isn't due, or another console has it in hand: it is held until the end of the transaction. One that was taken in
 * the future, before the clock was set back, is due.
 */
export async function takeTurn(tx: Queryable, name: HousekeepingTurn, everyMs: number): Promise<boolean> {
  await tx.query(sql`
    insert into housekeeping_turns (name, taken_at)
    select ${name}, '-infinity' where not exists (select from housekeeping_turns where name = ${name})
    on conflict do nothing`);
  const { rowCount } = await tx.query(sql`
    update housekeeping_turns set taken_at = clock_timestamp() where name = (
      select name from housekeeping_turns
      where name = ${name} and (taken_at <= clock_timestamp() - ${everyMs} * interval '1 millisecond'
        or taken_at > clock_timestamp() + interval '1 minute')
      for update skip locked)`);
  return rowCount > 0;
}

/** Keeps the turn from others for its whole time from now: work in several transactions calls it in each. */
export async function prolongTurn(tx: Queryable, name: HousekeepingTurn): Promise<void> {
  await tx.query(sql`update housekeeping_turns set taken_at = clock_timestamp() where name = ${name}`);
}
