import { stringify } from 'csv-stringify/sync';
import { neutraliseCell } from '../platform/files/csv-cell.ts';
import type { ChainedEntry } from './audit-log-store.ts';

const PAGE = 1000;
const header = [
  'id',
  'at',
  'actor',
  'actor_user_id',
  'action',
  'resource_type',
  'resource_id',
  'details',
  'previous_hash',
  'hash',
];

const cellsOf = (entry: ChainedEntry) => [
  entry.id,
  entry.at,
  entry.actor,
  entry.actorUserId,
  entry.action,
  entry.resourceType,
  entry.resourceId,
  JSON.stringify(entry.details),
  entry.previousHash,
  entry.hash,
];

/** The entries as text, read a page at a time while the receiver takes it. `readPage` gives up to `limit` above an id. */
export async function* auditExport(
  format: 'csv' | 'jsonl',
  readPage: (afterId: number, limit: number) => Promise<ChainedEntry[]>,
): AsyncGenerator<string, void, undefined> {
  const csv = (rows: unknown[][]) => stringify(rows, { record_delimiter: 'windows', cast: { string: neutraliseCell } });
  if (format === 'csv') yield csv([header]);
  for (let afterId = 0; ; ) {
    const entries = await readPage(afterId, PAGE);
    if (entries.length === 0) return;
    yield format === 'csv' ? csv(entries.map(cellsOf)) : entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    if (entries.length < PAGE) return;
    afterId = entries.at(-1)!.id;
  }
}
