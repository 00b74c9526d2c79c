import sql from 'sql-template-tag';
import { type AlertKind, alertKinds, type Thresholds } from '../../../../src-shared/contract/alerts.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { type AlertChanges, clientsOfChanged } from './raise-alerts-store.ts';

/** Trackers that one statement compares with their alerts: some tenths of a second, in which nothing is locked but what changes. */
const PAGE = 50_000;
/** Trackers that the alert of a run names. */
const NAMED = 20;

/** How many trackers of an active run are expected to be heard of, and which of them are silent. */
export interface RunSilence {
  runId: number;
  clientId: number;
  expected: number;
  silent: number;
  /** Epoch milliseconds: the last that any of the silent ones was heard of. Null without any. */
  since: number | null;
  /** The silent ones of each nearest city. */
  cities: Record<string, number>;
  /** The longest silent ones, by when they were heard of, epoch milliseconds. */
  longest: [trackerId: number, heardAt: number][];
}

/** The last tracker of the page after one; null when there are no more. Plan: trackers_pkey alone. */
export async function pageOfTrackers(tx: Queryable, after: number): Promise<number | null> {
  const { rows } = await tx.query<{ through: number | null }>(sql`
    select max(id) as through from (select id from trackers where id > ${after}::bigint order by id limit ${PAGE}) page`);
  return rows[0]!.through;
}

/**
 * Raises, brings up to date and resolves the alerts of silent trackers among those after one id and up to another, and
 * tells how silent their runs are. Plan: ranges of tracker_cells_pkey, tracker_status_pkey and
 * alerts_open_tracker, each read once; the full join of what is silent with what stands can't be
 * worked out in any other way. Nearly all of it stands already, minute by minute, and isn't written again.
 */
export async function reconcileSilentTrackers(
  tx: Queryable,
  range: { after: number; through: number },
  thresholds: Thresholds,
  now: Date,
): Promise<AlertChanges & { runs: RunSilence[] }> {
  const since = new Date(now.getTime() - thresholds.silentHours * 3_600_000);
  const evidence = sql`jsonb_build_object('lastReportedAt',
    to_char(s.last_reported_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
  const { rows } = await tx.query<AlertChanges & { runs: RunSilence[] }>(sql`
    with active as materialized (
      select r.id, run_starts_at(r) as starts_at from production_runs r
      where ${now}::timestamptz >= run_starts_at(r) and ${now}::timestamptz < run_ends_at(r)
    ), looked_at as (
      select c.tracker_id as id, s.run_period_id as period_id, c.production_run_id, c.client_id, s.status, s.last_reported_at,
        s.last_nearest_city_id, greatest(c.waits_since, s.last_reported_at) as heard_in_period
      from tracker_cells c join tracker_status s on s.tracker_id = c.tracker_id
      where c.is_made and c.production_run_id = any(array(select id from active)) and s.run_period_id is not null
        and c.tracker_id > ${range.after}::bigint and c.tracker_id <= ${range.through}::bigint
        and s.tracker_id > ${range.after}::bigint and s.tracker_id <= ${range.through}::bigint
      -- Joined by their order first: how many runs are active isn't known to the planner.
      offset 0
    ), expected as materialized (
      select l.*, greatest(active.starts_at, l.heard_in_period) as heard_at
      from looked_at l join active on active.id = l.production_run_id
    ), silent as materialized (
      select *, case when status = 'DELIVERED' then 'info' else 'warning' end as severity
      from expected where heard_at < ${since}
    ), standing as materialized (
      select a.id as alert_id, a.tracker_id, a.production_run_id, a.run_period_id, a.severity, a.evidence_at, a.evidence
      from alerts a where a.resolved_at is null and a.kind = 'silent'
        and a.tracker_id > ${range.after}::bigint and a.tracker_id <= ${range.through}::bigint
    ), compared as materialized (
      select a.alert_id, s.id, s.period_id, s.production_run_id, s.client_id, s.severity, s.heard_at, ${evidence} as evidence,
        s.id is null or a.run_period_id is distinct from s.period_id as is_over
      from silent s full join standing a on a.tracker_id = s.id and a.production_run_id = s.production_run_id
      where s.id is null or a.alert_id is null or a.run_period_id is distinct from s.period_id
        or (a.severity, a.evidence_at) is distinct from (s.severity, s.heard_at)
        -- A report from before the beginning changes only what the alert tells.
        or s.last_reported_at is distinct from s.heard_at and a.evidence is distinct from ${evidence}
    ), resolved as (
      update alerts a set resolved_at = ${now} from compared c
      where a.id = c.alert_id and c.is_over and a.resolved_at is null
      returning a.client_id
    ), changed as (
      update alerts a set severity = c.severity, evidence_at = c.heard_at, evidence = c.evidence from compared c
      where a.id = c.alert_id and not c.is_over and a.resolved_at is null
    ), raised as (
      insert into alerts as a (kind, severity, tracker_id, run_period_id, production_run_id, client_id, raised_at, evidence_at,
        evidence)
      select 'silent', severity, id, period_id, production_run_id, client_id, ${now}, heard_at, evidence
      from compared where alert_id is null order by id
      on conflict (kind, production_run_id, coalesce(tracker_id, 0)) where resolved_at is null do nothing
      returning a.client_id, true as is_new
    ), by_city as materialized (
      select production_run_id, jsonb_object_agg(city, n) as cities from (
        select production_run_id, last_nearest_city_id as city, count(*) as n from silent
        where last_nearest_city_id is not null group by 1, 2) each_city
      group by 1
    ), longest as materialized (
      select production_run_id, jsonb_agg(jsonb_build_array(id, extract(epoch from heard_at) * 1000) order by heard_at, id) as ids
      from (select *, row_number() over (partition by production_run_id order by heard_at, id) as place from silent) s
      where place <= ${NAMED} group by 1
    ), told as (
      select e.production_run_id as "runId", min(e.client_id) as "clientId", count(*) as expected,
        count(*) filter (where e.heard_at < ${since}) as silent,
        extract(epoch from max(e.heard_at) filter (where e.heard_at < ${since})) * 1000 as since,
        coalesce((select c.cities from by_city c where c.production_run_id = e.production_run_id), '{}') as cities,
        coalesce((select l.ids from longest l where l.production_run_id = e.production_run_id), '[]') as longest
      from expected e group by e.production_run_id)
    select "clientIds", coalesce((select jsonb_agg(told) from told), '[]') as runs from (${clientsOfChanged}) as clients`);
  return rows[0]!;
}

/** The same run on two pages. */
export const together = (a: RunSilence, b: RunSilence): RunSilence => {
  const cities = { ...a.cities };
  for (const [city, n] of Object.entries(b.cities)) cities[city] = (cities[city] ?? 0) + n;
  return {
    ...a,
    expected: a.expected + b.expected,
    silent: a.silent + b.silent,
    since: a.since === null || b.since === null ? (a.since ?? b.since) : Math.max(a.since, b.since),
    cities,
    longest: [...a.longest, ...b.longest].sort((x, y) => x[1] - y[1] || x[0] - y[0]).slice(0, NAMED),
  };
};

/** Where most of the silent ones were; of several such cities the one with the smallest id. */
const commonest = (cities: RunSilence['cities']) =>
  Object.entries(cities).sort(([a, n], [b, m]) => m - n || Number(a) - Number(b))[0]?.[0] ?? null;

/** Alerts of whole runs, and the end of all that a run or run period that is over leaves open. */
export async function reconcileSilentRuns(
  tx: Queryable,
  runs: readonly RunSilence[],
  { clusterCount, clusterShare }: Thresholds,
  now: Date,
): Promise<AlertChanges> {
  const clusters = runs.filter((run) => run.silent >= clusterCount && run.silent >= clusterShare * run.expected);
  const endedByReports = alertKinds.filter((kind): kind is AlertKind => kind !== 'silent' && kind !== 'silent-cluster');
  const { rows } = await tx.query<AlertChanges>(sql`
    with found as materialized (
      select f.run_id, f.client_id, f.since, jsonb_build_object('silent', f.silent, 'of', f.expected,
        'place', (select c.name || ', ' || c.country_code from nearest_cities c where c.id = f.city), 'trackerIds', f.ids) as evidence
      from unnest(${clusters.map((run) => run.runId)}::bigint[], ${clusters.map((run) => run.clientId)}::bigint[],
        ${clusters.map((run) => run.silent)}::int[], ${clusters.map((run) => run.expected)}::int[],
        ${clusters.map((run) => new Date(run.since!))}::timestamptz[],
        ${clusters.map((run) => commonest(run.cities))}::int[],
        ${clusters.map((run) => JSON.stringify(run.longest.map(([id]) => id)))}::jsonb[])
        as f (run_id, client_id, silent, expected, since, city, ids)
    ), heard as (
      update alerts a set resolved_at = ${now}
      where a.resolved_at is null and a.kind = 'silent-cluster' and not exists (select from found f where f.run_id = a.production_run_id)
      returning a.client_id
    ), over as (
      -- Nothing is expected of a run that is over, and no report of it ends an alert any more. Plan: alerts_open, by kind.
      update alerts a set resolved_at = ${now}
      where a.resolved_at is null and a.kind = any(${endedByReports}::text[])
        and (exists (select from production_runs r where r.id = a.production_run_id and run_ends_at(r) <= ${now})
          or exists (select from run_periods p where p.id = a.run_period_id
            and (p.voided_at is not null or p.ends_at < 'infinity')))
      returning a.client_id
    ), resolved as (
      select client_id from heard union all select client_id from over
    ), raised as (
      insert into alerts as a (kind, severity, production_run_id, client_id, raised_at, evidence_at, evidence)
      select 'silent-cluster', 'critical', run_id, client_id, ${now}, since, evidence from found order by run_id
      on conflict (kind, production_run_id, coalesce(tracker_id, 0)) where resolved_at is null
      do update set evidence_at = excluded.evidence_at, evidence = excluded.evidence
      where (a.evidence_at, a.evidence) is distinct from (excluded.evidence_at, excluded.evidence)
      returning a.client_id, a.raised_at = ${now} and a.acknowledged_at is null as is_new
    )
    ${clientsOfChanged}`);
  return rows[0]!;
}
