import sql from 'sql-template-tag';
import { type Database, systemScope } from './queryable.ts';

/** Ends the transaction without a trace. */
class TakenBack extends Error {}

/** Nobody holds that row for long. */
const PATIENCE_MS = 3_000;

/**
 * Writes a row and takes it back, since a database that answers may take no changes: read-only, a replica, full. Rejects
 * with what it said, AppError `unavailable` where that may pass; behind a lock after three seconds.
 */
export async function tryToWrite(db: Database): Promise<void> {
  try {
    await db.transaction(systemScope, async (tx) => {
      const limit = String(PATIENCE_MS);
      await tx.query(
        sql`select set_config('lock_timeout', ${limit}, true), set_config('statement_timeout', ${limit}, true)`,
      );
      await tx.query(sql`update settings set updated_at = updated_at where key = 'installation'`);
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
}
