import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type {
  Alert,
  AlertEvidence,
  AlertKind,
  AlertSummary,
  Severity,
} from '../../../../src-shared/contract/alerts.ts';
import type { Page } from '../../../../src-shared/contract/common.ts';
import { allOf, ifGiven, iso, isoOrNull, keyAfter, ownClient, pageOf, reference } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';

interface Row {
  id: number;
  kind: AlertKind;
  severity: Severity;
  tracker_id: number | null;
  mac: string | null;
  run_id: number | null;
  run_name: string | null;
  client_id: number | null;
  client_name: string | null;
  source_id: number | null;
  source_name: string | null;
  location_id: number | null;
  location_name: string | null;
  raised_at: Date;
  evidence_at: Date;
  evidence: AlertEvidence;
  resolved_at: Date | null;
  acknowledged_name: string | null;
  acknowledged_at: Date | null;
  acknowledge_note: string | null;
}

async function select(tx: Transaction, condition: Sql, order: Sql, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    select a.id, a.kind, a.severity, a.tracker_id, upper(t.mac_address::text) as mac, a.production_run_id as run_id,
      r.name as run_name, a.client_id, c.name as client_name, a.report_source_id as source_id, o.name as source_name, a.location_id, l.name as location_name, a.raised_at,
      a.evidence_at, a.evidence, a.resolved_at, a.acknowledged_name, a.acknowledged_at, a.acknowledge_note
    from (select * from alerts a where ${condition} and (a.client_id is not null or a.report_source_id is not null)
      and ${ownClient(tx, 'a.client_id')}
      order by ${order} limit ${limit}) a
    left join production_runs r on r.id = a.production_run_id left join clients c on c.id = a.client_id
    left join report_sources o on o.id = a.report_source_id left join trackers t on t.id = a.tracker_id left join locations l on l.id = a.location_id
    order by ${order}`);
  return rows;
}

export interface AlertQuery {
  limit: number;
  cursor?: string | undefined;
  state?: Alert['state'] | 'unresolved' | undefined;
  severity?: Severity | undefined;
  kind?: AlertKind | undefined;
  trackerId?: number | undefined;
  productionRunId?: number | undefined;
  clientId?: number | undefined;
}

const states: Record<NonNullable<AlertQuery['state']>, Sql> = {
  open: sql`a.resolved_at is null and a.acknowledged_at is null`,
  acknowledged: sql`a.resolved_at is null and a.acknowledged_at is not null`,
  unresolved: sql`a.resolved_at is null`,
  resolved: sql`a.resolved_at is not null`,
};

/** A page of alerts, newest first; a client's user gets their own. Plan: backward scan of the primary key or of a filter's index. */
export async function listAlerts(tx: Transaction, query: AlertQuery): Promise<Page<Alert>> {
  const condition = allOf(
    query.state === undefined ? undefined : states[query.state],
    ifGiven(query.severity, (severity) => sql`a.severity = ${severity}`),
    ifGiven(query.kind, (kind) => sql`a.kind = ${kind}`),
    ifGiven(query.trackerId, (id) => sql`a.tracker_id = ${id}::bigint`),
    ifGiven(query.productionRunId, (id) => sql`a.production_run_id = ${id}::bigint`),
    ifGiven(query.clientId, (id) => sql`a.client_id = ${id}::bigint`),
    ifGiven(keyAfter(z.number().int(), query.cursor), (id) => sql`a.id < ${id}::bigint`),
  );
  const rows = await select(tx, condition, sql`a.id desc`, query.limit + 1);
  return pageOf(rows, query.limit, toAlert, (row) => row.id);
}

const FIRST = 5;
const bySeverity = sql`array_position(array['critical', 'warning', 'info'], a.severity), a.id desc`;

/** Counts of what is not resolved, and the open alerts to look at first. Plan: the partial index of open alerts. */
export async function summariseAlerts(tx: Transaction): Promise<AlertSummary> {
  const { rows } = await tx.query<{ kind: AlertKind; severity: Severity; open: number; all: number }>(sql`
    select a.kind, a.severity, count(*) filter (where a.acknowledged_at is null)::int as open, count(*)::int as all
    from alerts a where a.resolved_at is null and ${ownClient(tx, 'a.client_id')}
    group by a.kind, a.severity order by a.kind`);
  const summary: AlertSummary = {
    unresolved: 0,
    open: 0,
    bySeverity: { info: 0, warning: 0, critical: 0 },
    byKind: [],
    newest: (await select(tx, states.open, bySeverity, FIRST)).map(toAlert),
  };
  for (const row of rows) {
    summary.unresolved += row.all;
    summary.open += row.open;
    summary.bySeverity[row.severity] += row.open;
    const last = summary.byKind.at(-1);
    if (last?.kind === row.kind) last.open += row.open;
    else if (row.open > 0) summary.byKind.push({ kind: row.kind, open: row.open });
  }
  return summary;
}

/** Acknowledges those that are neither acknowledged nor resolved. Answers their ids. */
export async function acknowledgeAlerts(
  tx: Transaction,
  alertIds: readonly number[],
  by: { userId: number; name: string },
  note: string,
  now: Date,
): Promise<{ id: number; clientId: number | null }[]> {
  const { rows } = await tx.query<{ id: number; clientId: number | null }>(sql`
    update alerts a set acknowledged_by = ${by.userId}::bigint, acknowledged_name = ${by.name}, acknowledged_at = ${now},
      acknowledge_note = ${note}
    where a.id = any(${[...alertIds]}::bigint[]) and a.acknowledged_at is null and a.resolved_at is null
      and ${ownClient(tx, 'a.client_id')}
    returning a.id, a.client_id as "clientId"`);
  return rows;
}

const stateOf = (row: Row): Alert['state'] =>
  row.resolved_at !== null ? 'resolved' : row.acknowledged_at !== null ? 'acknowledged' : 'open';

const toAlert = (row: Row): Alert => ({
  id: row.id,
  kind: row.kind,
  severity: row.severity,
  state: stateOf(row),
  tracker: row.tracker_id === null ? null : { id: row.tracker_id, macAddress: row.mac },
  productionRun: reference(row.run_id, row.run_name),
  client: reference(row.client_id, row.client_name),
  reportSource: reference(row.source_id, row.source_name),
  location: reference(row.location_id, row.location_name),
  raisedAt: iso(row.raised_at),
  evidenceAt: iso(row.evidence_at),
  evidence: row.evidence,
  resolvedAt: isoOrNull(row.resolved_at),
  acknowledgement:
    row.acknowledged_at === null
      ? null
      : { by: row.acknowledged_name ?? '', at: iso(row.acknowledged_at), note: row.acknowledge_note ?? '' },
});
