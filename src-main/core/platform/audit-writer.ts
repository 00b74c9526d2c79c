import type { Queryable } from './db/queryable.ts';

export interface AuditEntry {
  at: Date;
  userId: number | null;
  username: string | null;
  action: string;
  resourceType?: string | undefined;
  resourceId?: number | string | undefined;
  details?: Record<string, unknown> | undefined;
}

/** Appends an entry to the audit log, within the transaction of what it is about. The room `audit` implements it. */
export type AuditWriter = (tx: Queryable, entry: AuditEntry) => Promise<void>;
