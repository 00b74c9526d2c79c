import sql from 'sql-template-tag';
import type { AlertKind, Thresholds } from '../../../../src-shared/contract/alerts.ts';
import type { Finding } from '../../../../src-shared/domain/alerts/findings.ts';
import { fromEpochMs } from '../../platform/db/epoch.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { heardAt } from '../../trackers/silence-store.ts';

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

const clientsOfChanged = sql`
    select coalesce(array_agg(distinct client_id::float8), '{}') as "clientIds"
    from (select client_id from raised where is_new union all select client_id from resolved) changed`;

/** Manufactured trackers of runs that are active, each with the time it was last heard of, or should have begun to be. */
const expectedTrackers = (now: Date) => sql`
  expected as materialized (
    select t.id, p.id as period_id, t.production_run_id, t.client_id, s.status, s.last_reported_at, s.last_nearest_city_id,
      ${heardAt} as heard_at
    from production_runs r join trackers t on t.production_run_id = r.id join tracker_status s on s.tracker_id = t.id
    join run_periods p on p.id = s.run_period_id
    where ${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r) and t.mac_address is not null
  )`;

/**
 * Alerts that depend on time alone: raises and resolves the alerts of silent trackers, and of runs in which many are
 * silent at once; resolves all alerts of runs and run periods that are over. One pass over the trackers of active runs
 * and the open alerts, joined by hash.
 */
export async function reconcileSilence(tx: Queryable, thresholds: Thresholds, now: Date): Promise<AlertChanges> {
  const since = new Date(now.getTime() - thresholds.silentHours * 3_600_000);
  const { rows } = await tx.query<AlertChanges>(sql`
    with ${expectedTrackers(now)}, silent as materialized (
      select * from expected where heard_at < ${since}
    ), cluster as materialized (
      select e.production_run_id, min(e.client_id) as client_id, count(s.id)::int as silent, count(*)::int as of,
        max(s.heard_at) as since,
        (select c.name || ', ' || c.country_code from nearest_cities c where c.id =
          mode() within group (order by s.last_nearest_city_id)) as place,
        (array_agg(s.id order by s.heard_at, s.id) filter (where s.id is not null))[1:20] as ids
      from expected e left join silent s on s.id = e.id
      group by e.production_run_id
      having count(s.id) >= ${thresholds.clusterCount} and count(s.id) >= ${thresholds.clusterShare}::float8 * count(*)
    ), found as materialized (
      select 'silent' as kind, case when status = 'DELIVERED' then 'info' else 'warning' end as severity,
        id as tracker_id, period_id, production_run_id, client_id, heard_at as evidence_at,
        jsonb_build_object('lastReportedAt', to_char(last_reported_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as evidence
      from silent
      union all
      select 'silent-cluster', 'critical', null, null, production_run_id, client_id, since,
        jsonb_build_object('silent', silent, 'of', of, 'place', place, 'trackerIds', ids) from cluster
    ), heard as (
      update alerts a set resolved_at = ${now}
      where a.resolved_at is null and a.kind in ('silent', 'silent-cluster') and not exists (
        select from found f where f.kind = a.kind and f.production_run_id = a.production_run_id
          and coalesce(f.tracker_id, 0) = coalesce(a.tracker_id, 0)
          and coalesce(f.period_id, 0) = coalesce(a.run_period_id, 0))
      returning a.client_id
    ), over as (
      -- Nothing is expected of a run that is over, and no report of it ends an alert any more.
      update alerts a set resolved_at = ${now}
      where a.resolved_at is null and a.kind not in ('silent', 'silent-cluster')
        and (exists (select from production_runs r where r.id = a.production_run_id and run_ends_at(r) <= ${now})
          or exists (select from run_periods p where p.id = a.run_period_id
            and (p.voided_at is not null or p.ends_at < 'infinity')))
      returning a.client_id
    ), resolved as (
      select client_id from heard union all select client_id from over
    ), raised as (
      insert into alerts as a (kind, severity, tracker_id, run_period_id, production_run_id, client_id, raised_at, evidence_at,
        evidence)
      select kind, severity, tracker_id, period_id, production_run_id, client_id, ${now}, evidence_at, evidence
      from found f
      -- What stands already isn't written again: nearly all of it, minute by minute.
      where not exists (
        select from alerts a where a.resolved_at is null and a.kind = f.kind and a.production_run_id = f.production_run_id
          and coalesce(a.tracker_id, 0) = coalesce(f.tracker_id, 0)
          and coalesce(a.run_period_id, 0) = coalesce(f.period_id, 0)
          and a.severity = f.severity and a.evidence_at = f.evidence_at and a.evidence = f.evidence)
      order by tracker_id, kind
      on conflict (kind, production_run_id, coalesce(tracker_id, 0)) where resolved_at is null
      do update set severity = excluded.severity, run_period_id = excluded.run_period_id,
        evidence_at = excluded.evidence_at, evidence = excluded.evidence
      where (a.severity, a.evidence_at, a.evidence) is distinct from
        (excluded.severity, excluded.evidence_at, excluded.evidence)
      returning a.client_id, a.raised_at = ${now} and a.acknowledged_at is null as is_new
    )
    ${clientsOfChanged}`);
  return rows[0]!;
}
