import { stringify } from 'csv-stringify/sync';
import type { Page } from '../../../src-shared/contract/common.ts';
import { neutraliseCell } from '../platform/files/csv-cell.ts';
import type { ChainedEntry } from './audit-log-store.ts';

const PAGE = 1000;
const header = [
  'id',
  'sequence',
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
  entry.sequence,
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

/**
 * The entries as text, read a page at a time while the receiver takes it; those that are not sealed yet come last, without id
 * and hash. `readPage` gives up to `limit` from a cursor on.
 */
export async function* auditExport(
  format: 'csv' | 'jsonl',
  readPage: (cursor: string | undefined, limit: number) => Promise<Page<ChainedEntry>>,
): AsyncGenerator<string, void, undefined> {
  const csv = (rows: unknown[][]) => stringify(rows, { record_delimiter: 'windows', cast: { string: neutraliseCell } });
  if (format === 'csv') yield csv([header]);
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = await readPage(cursor, PAGE);
    if (items.length > 0)
      yield format === 'csv' ? csv(items.map(cellsOf)) : items.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}
