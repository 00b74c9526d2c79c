import { appendAudit } from '../audit/append-store.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';

/**
 * Records that a part of the console was given the key that opens private keys. No person asked for it: the entry names
 * the part and the console.
 */
export function recordKeyAccess(db: Database, access: { by: string; console: string; now: Date }): Promise<void> {
  const { by, console: where, now: at } = access;
  return db.transaction(systemScope, (tx) =>
    appendAudit(tx, { at, userId: null, username: null, action: 'keys.access', details: { by, console: where } }),
  );
}
