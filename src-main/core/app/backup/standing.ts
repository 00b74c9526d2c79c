import type pg from 'pg';
import {
  appliedMigrations,
  auditHas,
  auditSince,
  countRows,
  otherConnections,
  ownObjects,
  readInstallation,
} from '../../platform/backup/catalog-store.ts';
import type { CheckedBackup } from '../../platform/backup/read-backup.ts';
import { AppError } from '../../platform/errors.ts';

/** What people would miss, by its table. */
const wordsOf = {
  users: 'users',
  trackers: 'trackers',
  key_batches: 'key batches',
  customer_orders: 'orders',
  device_allocations: 'allocations',
  scans: 'scans',
  production_runs: 'production runs',
  locations: 'locations',
  location_reports: 'location reports',
  status_history: 'status changes',
  deliveries: 'deliveries',
} as const;

/**
 * What a restore would overwrite, in sentences; null when the database is empty. AppError `conflict` when it belongs to
 * another program.
 */
export async function whatStands(client: pg.Client, { header, end }: CheckedBackup): Promise<string[] | null> {
  if ((await appliedMigrations(client)) === null) {
    const objects = await ownObjects(client);
    if (objects === 0) return null;
    throw new AppError(
      'conflict',
      `The database holds ${objects} tables, views or functions of another program. Restore into an empty one.`,
    );
  }
  const counts = await countRows(client, Object.keys(wordsOf));
  if ((counts.users ?? 0) === 0 && (counts.trackers ?? 0) === 0) return null;
  const lines: string[] = [];
  if ((await readInstallation(client)) !== header.installation)
    return ['The existing database is a different one, not a later state of the backup. All of it would be lost.'];
  const last = header.anchors.at(-1);
  if (last && (await auditHas(client, last))) {
    const since = await auditSince(client, last.id);
    lines.push(
      since.entries === 0
        ? 'Nothing has been written to the audit log since the backup.'
        : `Since the backup ${since.entries} entries were written to the audit log, the last at ${since.last?.toISOString()}. The changes that they record would be lost.`,
    );
  } else
    lines.push(
      'The existing audit log does not have the last entry of the backup: the two differ from an earlier entry on.',
    );
  for (const [table, words] of Object.entries(wordsOf)) {
    const [there, here] = [counts[table] ?? 0, end.rows[table] ?? 0];
    if (there !== here) lines.push(`${words}: ${there} stand there, ${here} are in the backup.`);
  }
  return lines;
}

/** AppError `conflict` while a console works on the database. */
export async function refuseWhileInUse(client: pg.Client): Promise<void> {
  const others = await otherConnections(client);
  if (others > 0)
    throw new AppError(
      'conflict',
      `${others} other ${others === 1 ? 'connection is' : 'connections are'} open to the database. Stop every console that works on it first.`,
    );
}
