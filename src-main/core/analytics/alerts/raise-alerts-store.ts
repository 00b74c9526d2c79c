import sql from 'sql-template-tag';
import type { AlertKind } from '../../../../src-shared/contract/alerts.ts';
import type { Finding } from '../../../../src-shared/domain/alerts/findings.ts';
import { fromEpochMs } from '../../platform/db/epoch.ts';
import type { Queryable } from '../../platform/db/queryable.ts';

export interface TrackerFinding extends Finding {
  trackerId: number;
  runPeriodId: number;
  runId: number;
  clientId: number;
}
export interface AlertChanges {
  /** Whose alerts were raised or resolved; null stands for those that are nobody's but staff's. */
  clientIds: (number | null)[];
}

/**
 * Brings the open alerts of these trackers and kinds into line with what was found: raises what is new, brings what
 * lasts up to date (its acknowledgement stays), resolves what no longer holds. The index `alerts_open` keeps each to
 * one.
 */
export async function reconcileAlerts(
  tx: Queryable,
  trackerIds: readonly number[],
  kinds: readonly AlertKind[],
  findings: readonly TrackerFinding[],
  now: Date,
): Promise<AlertChanges> {
  const of = <T>(value: (finding: TrackerFinding) => T) => findings.map(value);
  const { rows } = await tx.query<AlertChanges>(sql`
    with found as materialized (
      select kind, severity, tracker_id, period_id, run_id, client_id, location_id, ${fromEpochMs('at_ms')} as evidence_at, evidence::jsonb
      from unnest(${of((f) => f.kind)}::text[], ${of((f) => f.severity)}::text[], ${of((f) => f.trackerId)}::bigint[],
        ${of((f) => f.runPeriodId)}::bigint[], ${of((f) => f.runId)}::bigint[], ${of((f) => f.clientId)}::bigint[], ${of((f) => f.locationId)}::bigint[],
        ${of((f) => f.evidenceAt)}::float8[], ${of((f) => JSON.stringify(f.evidence))}::text[])
        as f(kind, severity, tracker_id, period_id, run_id, client_id, location_id, at_ms, evidence)
    ), resolved as (
      update alerts a set resolved_at = ${now}
      where a.tracker_id = any(${[...trackerIds]}::bigint[]) and a.kind = any(${[...kinds]}::text[])
        and a.resolved_at is null and not exists (
          select from found f where f.tracker_id = a.tracker_id and f.kind = a.kind and f.period_id = a.run_period_id)
      returning a.client_id
    ), raised as (
      insert into alerts as a (kind, severity, tracker_id, run_period_id, production_run_id, client_id, location_id, raised_at,
        evidence_at, evidence)
      select kind, severity, tracker_id, period_id, run_id, client_id, location_id, ${now}, evidence_at, evidence
      from found where exists (select from run_periods p
        where p.id = period_id and p.voided_at is null and p.ends_at = 'infinity')
      order by tracker_id, kind
      on conflict (kind, production_run_id, coalesce(tracker_id, 0)) where resolved_at is null
      do update set severity = excluded.severity, location_id = excluded.location_id,
        run_period_id = excluded.run_period_id, evidence_at = excluded.evidence_at, evidence = excluded.evidence
      where (a.severity, a.evidence_at, a.evidence) is distinct from
        (excluded.severity, excluded.evidence_at, excluded.evidence)
      returning a.client_id, a.raised_at = ${now} and a.acknowledged_at is null as is_new
    )
    ${clientsOfChanged}`);
  return rows[0]!;
}

/** What a statement with CTEs `raised` and `resolved` answers. */
export const clientsOfChanged = sql`
    select coalesce(array_agg(distinct client_id::float8), '{}') as "clientIds"
    from (select client_id from raised where is_new union all select client_id from resolved) changed`;
