import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Database } from '../../platform/db/queryable.ts';
import { type ConsoleReport, keepReport } from '../consoles-store.ts';

/** What a console tells that nothing ails. */
export const wellReport: Omit<ConsoleReport, 'key' | 'hostName'> = {
  programVersion: '1.2.3',
  startedAt: new Date('2026-11-20T06:00:00Z'),
  keyState: 'ready',
  engines: { fetcher: { is: 'up' } },
  waiting: 0,
  oldestWaitingAt: null,
  conflicts: 0,
  clockOffsetMs: 0,
  databaseMs: 1.5,
  diskFreeBytes: 80e9,
};

/** A console that has told of itself once; its id. */
export async function insertConsole(db: Database, hostName: string): Promise<number> {
  const key = randomUUID();
  await keepReport(db, { ...wellReport, key, hostName }, false);
  const { rows } = await db.query<{ id: number }>(sql`select id from consoles where console_key = ${key}`);
  return rows[0]!.id;
}
