import sql, { type Sql } from 'sql-template-tag';
import type {
  Alert,
  AlertEvidence,
  AlertGroup,
  AlertGrouping,
  AlertKind,
  AlertSort,
  AlertSummary,
  Severity,
} from '../../../../src-shared/contract/alerts.ts';
import type { Page } from '../../../../src-shared/contract/common.ts';
import { allOf, clientOf, ifGiven, iso, isoOrNull, ownClient, pageOf, reference } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { type SortColumn, type Sorting, sortingBy } from '../../platform/db/sorting.ts';

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
  place: string | null;
  assigned_to: number | null;
  assigned_name: string | null;
  assigned_by: string | null;
  assigned_at: Date | null;
  snoozed_until: Date | null;
  snoozed_by: string | null;
  sort_value: string | null;
}

/** What staff agreed on; a client's user is told nothing of it, by this and by row level security. */
const triaged = (tx: Transaction): Sql => (clientOf(tx) === null ? sql`t.alert_id = a.id` : sql`false`);
/** The location that it is about, or the city near which the tracker is; where it is now is for staff. */
const place = (tx: Transaction): Sql =>
  clientOf(tx) === null ? sql`coalesce(l.name, n.name || ', ' || n.country_code)` : sql`l.name`;

/** Alerts `a` with what stands beside them. Whose they are is told where an alert has lost its client, to nobody. */
const from = (tx: Transaction): Sql => sql`
  from alerts a
    left join alert_triage t on ${triaged(tx)}
    left join users g on g.id = t.assigned_to
    left join production_runs r on r.id = a.production_run_id left join clients c on c.id = a.client_id
    left join report_sources o on o.id = a.report_source_id left join trackers d on d.id = a.tracker_id
    left join locations l on l.id = a.location_id
    left join tracker_status s on s.tracker_id = a.tracker_id left join nearest_cities n on n.id = s.last_nearest_city_id
  where (a.client_id is not null or a.report_source_id is not null) and ${ownClient(tx, 'a.client_id')}`;

const sortColumns: Record<'raised' | 'severity' | 'at', SortColumn> = {
  raised: { by: sql`a.id`, type: 'bigint' },
  severity: { by: sql`severity_rank(a.severity)`, type: 'bigint' },
  at: { by: sql`a.evidence_at`, type: 'timestamptz' },
};
const sorted = (sort: AlertSort, cursor?: string) => sortingBy(sortColumns, sql`a.id`, sort, cursor);

async function select(tx: Transaction, condition: Sql, sorting: Sorting, limit: number, now: Date): Promise<Row[]> {
  // Who of the staff deals with it, and how, is no client's user's business.
  const staff = clientOf(tx) === null ? sql`true` : sql`false`;
  const { rows } = await tx.query<Row>(sql`
    select a.id, a.kind, a.severity, a.tracker_id, upper(d.mac_address::text) as mac, a.production_run_id as run_id,
      r.name as run_name, a.client_id, c.name as client_name, a.report_source_id as source_id, o.name as source_name, a.location_id, l.name as location_name, a.raised_at,
      a.evidence_at, a.evidence, a.resolved_at, a.acknowledged_at,
      case when ${staff} then a.acknowledged_name end as acknowledged_name, case when ${staff} then a.acknowledge_note end as acknowledge_note, ${place(tx)} as place,
      t.assigned_to, g.display_name as assigned_name, t.assigned_by, t.assigned_at,
      case when t.snoozed_until > ${now} then t.snoozed_until end as snoozed_until, t.snoozed_by, ${sorting.value}
    ${from(tx)} and ${condition}
    ${sorting.order} limit ${limit}`);
  return rows;
}

export interface AlertFilters {
  state?: Alert['state'] | 'unresolved' | 'snoozed' | undefined;
  severity?: Severity | undefined;
  kind?: AlertKind | undefined;
  trackerId?: number | undefined;
  productionRunId?: number | undefined;
  clientId?: number | undefined;
  place?: string | undefined;
  assignee?: 'me' | 'none' | undefined;
  from?: string | undefined;
  to?: string | undefined;
}
export interface AlertQuery extends AlertFilters {
  limit: number;
  cursor?: string | undefined;
  sort?: AlertSort | undefined;
}

const states = (now: Date): Record<NonNullable<AlertFilters['state']>, Sql> => {
  const awake = sql`a.resolved_at is null and (t.snoozed_until is null or t.snoozed_until <= ${now})`;
  return {
    open: sql`${awake} and a.acknowledged_at is null`,
    acknowledged: sql`${awake} and a.acknowledged_at is not null`,
    unresolved: awake,
    snoozed: sql`a.resolved_at is null and t.snoozed_until > ${now}`,
    resolved: sql`a.resolved_at is not null`,
  };
};

const conditionOf = (tx: Transaction, query: AlertFilters, userId: number, now: Date): Sql =>
  allOf(
    query.state === undefined ? undefined : states(now)[query.state],
    ifGiven(query.severity, (severity) => sql`a.severity = ${severity}`),
    ifGiven(query.kind, (kind) => sql`a.kind = ${kind}`),
    ifGiven(query.trackerId, (id) => sql`a.tracker_id = ${id}::bigint`),
    ifGiven(query.productionRunId, (id) => sql`a.production_run_id = ${id}::bigint`),
    ifGiven(query.clientId, (id) => sql`a.client_id = ${id}::bigint`),
    ifGiven(query.place, (name) => sql`coalesce(${place(tx)}, '') = ${name}`),
    ifGiven(query.assignee, (who) =>
      who === 'me' ? sql`t.assigned_to = ${userId}::bigint` : sql`t.assigned_to is null`,
    ),
    ifGiven(query.from, (at) => sql`a.evidence_at >= ${at}::timestamptz`),
    ifGiven(query.to, (at) => sql`a.evidence_at < ${at}::timestamptz`),
  );

/**
 * A page of alerts; a client's user gets their own. Plan: backward scan of the primary key or of a filter's index; by
 * severity, of alerts_open_worst; of some days, of alerts_evidence.
 */
export async function listAlerts(tx: Transaction, query: AlertQuery, userId: number, now: Date): Promise<Page<Alert>> {
  const sorting = sorted(query.sort ?? '-raised', query.cursor);
  const condition = allOf(conditionOf(tx, query, userId, now), sorting.after);
  const rows = await select(tx, condition, sorting, query.limit + 1, now);
  return pageOf(rows, query.limit, toAlert, sorting.key);
}

const groupKeys = (tx: Transaction): Record<AlertGrouping, { id: Sql; name: Sql }> => ({
  client: { id: sql`a.client_id`, name: sql`c.name` },
  productionRun: { id: sql`a.production_run_id`, name: sql`r.name` },
  place: { id: sql`null::bigint`, name: place(tx) },
});

/** Counts of the alerts of a list by what they are grouped by, the worst groups first. */
export async function groupAlerts(
  tx: Transaction,
  query: AlertFilters & { by: AlertGrouping },
  userId: number,
  now: Date,
): Promise<AlertGroup[]> {
  const key = groupKeys(tx)[query.by];
  const { rows } = await tx.query<AlertGroup>(sql`
    select id, coalesce(name, '') as name, count(*) filter (where severity = 'critical')::int as critical,
      count(*) filter (where severity = 'warning')::int as warning, count(*) filter (where severity = 'info')::int as info
    from (select ${key.id} as id, ${key.name} as name, a.severity ${from(tx)} and ${conditionOf(tx, query, userId, now)}) listed
    group by id, name order by critical desc, warning desc, info desc, name, id limit 200`);
  return rows;
}

const FIRST = 5;

/** Counts of what is not resolved, and the open alerts to look at first. Plan: the partial index of open alerts. */
export async function summariseAlerts(tx: Transaction, now: Date): Promise<AlertSummary> {
  const { rows } = await tx.query<{ kind: AlertKind; severity: Severity; open: number; all: number }>(sql`
    select a.kind, a.severity, count(*) filter (where a.acknowledged_at is null)::int as open, count(*)::int as all
    from alerts a left join alert_triage t on ${triaged(tx)}
    where ${states(now).unresolved} and ${ownClient(tx, 'a.client_id')}
    group by a.kind, a.severity order by a.kind`);
  const summary: AlertSummary = {
    unresolved: 0,
    open: 0,
    bySeverity: { info: 0, warning: 0, critical: 0 },
    byKind: [],
    newest: (await select(tx, states(now).open, sorted('-severity'), FIRST, now)).map(toAlert),
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
  place: row.place,
  assignment:
    row.assigned_to === null
      ? null
      : {
          to: { id: row.assigned_to, name: row.assigned_name ?? '' },
          by: row.assigned_by ?? '',
          at: iso(row.assigned_at!),
        },
  snooze: row.snoozed_until === null ? null : { until: iso(row.snoozed_until), by: row.snoozed_by ?? '' },
});
