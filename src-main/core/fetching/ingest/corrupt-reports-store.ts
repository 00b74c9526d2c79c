import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../../src-shared/contract/common.ts';
import {
  type CorruptReason,
  type CorruptReport,
  corruptReasons,
} from '../../../../src-shared/contract/corrupt-reports.ts';
import { allOf, ifGiven, isoOrNull, keyAfter, pageOf, reference } from '../../platform/db/listing.ts';
import type { Queryable } from '../../platform/db/queryable.ts';

interface Row {
  id: number;
  received_at: Date;
  reason: CorruptReason;
  tracker_id: number | null;
  mac_address: string | null;
  source_id: number | null;
  source_name: string | null;
  request_id: string | null;
  payload: Buffer;
}

const toReport = (row: Row): CorruptReport => ({
  id: row.id,
  receivedAt: row.received_at.toISOString(),
  reason: row.reason,
  tracker: row.tracker_id === null ? null : { id: row.tracker_id, macAddress: row.mac_address },
  reportSource: reference(row.source_id, row.source_name),
  requestId: row.request_id,
  sizeBytes: row.payload.length,
  content: row.payload.toString('base64'),
});

/** Corrupt reports, newest first. Walks the primary key, or corrupt_reports_reason. */
export async function listCorruptReports(
  db: Queryable,
  query: {
    limit: number;
    cursor?: string | undefined;
    reason?: CorruptReason | undefined;
    trackerId?: number | undefined;
    reportSourceId?: number | undefined;
  },
): Promise<Page<CorruptReport>> {
  const condition = allOf(
    ifGiven(keyAfter(z.int(), query.cursor), (id) => sql`c.id < ${id}::bigint`),
    ifGiven(query.reason, (reason) => sql`c.reason = ${reason}`),
    ifGiven(query.trackerId, (id) => sql`c.tracker_id = ${id}::bigint`),
    ifGiven(query.reportSourceId, (id) => sql`c.source_id = ${id}::bigint`),
  );
  const { rows } = await db.query<Row>(sql`
    select c.id, c.received_at, c.reason, c.tracker_id, upper(t.mac_address::text) as mac_address, c.source_id,
      s.name as source_name, c.request_id, c.payload
    from corrupt_reports c
    left join trackers t on t.id = c.tracker_id
    left join report_sources s on s.id = c.source_id
    where ${condition}
    order by c.id desc
    limit ${query.limit + 1}`);
  return pageOf(rows, query.limit, toReport, (row) => row.id);
}

/** How many there are of each reason, and when the last one came. */
export async function countCorruptReports(
  db: Queryable,
): Promise<{ reason: CorruptReason; count: number; lastReceivedAt: string | null }[]> {
  const { rows } = await db.query<{ reason: CorruptReason; count: number; last: Date | null }>(sql`
    select reason, count(*) as count, max(received_at) as last from corrupt_reports group by reason`);
  const found = new Map(rows.map((row) => [row.reason, row]));
  return corruptReasons.map((reason) => {
    const row = found.get(reason);
    return { reason, count: row?.count ?? 0, lastReceivedAt: isoOrNull(row?.last ?? null) };
  });
}
