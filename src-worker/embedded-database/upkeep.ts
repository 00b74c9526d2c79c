import { setTimeout as sleep } from 'node:timers/promises';
import { type PGlite, protocol } from '@electric-sql/pglite';

/** What a console does at its start comes first. */
const FIRST_MS = 300_000;
const LOOK_MS = 60_000;
/** Between two tables, for what waits meanwhile. */
const PAUSE_MS = 500;

/**
 * The table that needs it most, by the rules of autovacuum (manual, 25.1.6: a fifth of the rows dead, or a tenth changed), with
 * a higher floor, since a table of some hundred rows is read in no time.
 */
const worstBut = (failed: ReadonlySet<string>) => `
  with tables as (
    select format('%I.%I', s.schemaname, s.relname) as name, greatest(c.reltuples, 0) as kept,
      s.n_dead_tup as dead, s.n_mod_since_analyze as changed
    from pg_stat_user_tables s join pg_class c on c.oid = s.relid)
  select name, case when dead > 500 + 0.2 * kept then 'vacuum (analyze) ' else 'analyze ' end || name
  from tables where (dead > 500 + 0.2 * kept or changed > 500 + 0.1 * kept)
    and name <> all (array[${[...failed].map((name) => `'${name.replaceAll("'", "''")}'`).join()}]::text[])
  order by dead + changed desc limit 1`;

/**
 * The embedded engine is one process, and so has no autovacuum: what was updated or deleted would take room for ever, and statements
 * would be planned without statistics. This does its work for one table, between the statements of others, who
 * wait for it.
 * @param failed tables that are left alone; one that can't be tidied is added
 * @returns what was done; null where nothing needs it, or where a transaction is open
 */
export async function tidyOneTable(
  database: PGlite,
  failed: Set<string>,
  warn: (message: string, error: unknown) => void,
): Promise<string | null> {
  return database.runExclusive(async () => {
    if (database.isInTransaction()) return null;
    const say = async (text: string) => {
      const { messages } = await database.execProtocol(protocol.serialize.query(text));
      const row = messages.find(({ name }) => name === 'dataRow') as { fields: (string | null)[] } | undefined;
      return row?.fields ?? [];
    };
    // What the session has counted is added up when it says so, or a second later.
    await say('select pg_stat_force_next_flush()');
    const [name, work] = await say(worstBut(failed));
    if (!name || !work) return null;
    // Whoever connects sets the role of the one session; only the tables' owner may do this.
    const [role] = await say('show role');
    try {
      await say('reset role');
      await say(work);
    } catch (error) {
      failed.add(name);
      warn(`the table ${name} could not be tidied up`, error);
    } finally {
      await say(`set role "${role ?? 'none'}"`);
    }
    return work;
  });
}

/** Keeps the tables tidy until it is stopped; `stop` waits for the table in hand. */
export function keepTidy(database: PGlite, warn: (message: string, error: unknown) => void): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  const failed = new Set<string>();
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
  const work = async () => {
    await pause(FIRST_MS);
    while (!signal.aborted) {
      const done = await tidyOneTable(database, failed, warn);
      await pause(done === null ? LOOK_MS : PAUSE_MS);
    }
  };
  const working = work().catch((error: unknown) => warn('tables are not tidied up any more', error));
  return {
    stop() {
      stopped.abort();
      return working;
    },
  };
}
