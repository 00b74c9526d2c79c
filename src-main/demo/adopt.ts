import sql from 'sql-template-tag';
import type { Database, Queryable } from '../core/platform/db/queryable.ts';
import type { SimulatedNetwork } from './network.ts';
import { errand } from './shipments.ts';
import { distanceM } from './simulator/motion/geo.ts';
import type { RoutePlan } from './simulator/motion/route-plan.ts';
import { appendJourneys, type Journey } from './world-record.ts';

interface Newcomer {
  id: number;
  production_run_id: number;
  advertisement_key: Buffer;
  additional_keys: string[];
}

interface Site {
  kind: 'storage' | 'delivery';
  latitude: number;
  longitude: number;
}

/**
 * Trackers that joined an active run since the last look (generated, imported and scanned by a person who tries the
 * demo out) start to travel: from the run's storage location to the nearest delivery location. Their public keys go to
 * the simulated network, as they would be broadcast. Returns how many.
 */
export async function adoptNewcomers(
  db: Database,
  network: SimulatedNetwork,
  known: Set<number>,
  now: Date,
): Promise<number> {
  const { rows } = await db.query<Newcomer>(sql`
    select t.id, t.production_run_id, t.advertisement_key,
      array(select encode(k.advertisement_key, 'base64') from device_keys k
        where k.tracker_id = t.id and k.number > 1 order by k.number) as additional_keys
    from trackers t join production_runs run on run.id = t.production_run_id
    where t.mac_address is not null and run_starts_at(run) <= ${now} and run_ends_at(run) > ${now}
      and t.id <> all(${[...known]}::bigint[])
    order by t.id limit 2000`);
  const journeys: Journey[] = [];
  for (const [runId, newcomers] of Map.groupBy(rows, (row) => row.production_run_id)) {
    const way = await shortestWay(db, runId);
    if (!way) continue;
    const plan = errand(way.from, way.to, `errand ${runId} ${now.getTime()}`, now.getTime()) as RoutePlan;
    await network.register(
      newcomers.map((row) => ({
        advertisementKey: row.advertisement_key.toString('base64'),
        additionalKeys: row.additional_keys,
        plan,
      })),
    );
    for (const { id } of newcomers) {
      known.add(id);
      const last = journeys.at(-1);
      if (last && last.plan === plan && last.to === id - 1) last.to = id;
      else journeys.push({ from: id, to: id, plan });
    }
  }
  if (journeys.length > 0) await appendJourneys(db, journeys, now);
  return journeys.reduce((sum, journey) => sum + journey.to - journey.from + 1, 0);
}

/** The storage and the delivery location of a run that are nearest to each other; null when it lacks either. */
async function shortestWay(db: Queryable, runId: number): Promise<{ from: Site; to: Site } | null> {
  const { rows } = await db.query<Site>(sql`
    select l.kind, st_y(l.position::geometry) as latitude, st_x(l.position::geometry) as longitude
    from run_locations rl join locations l on l.id = rl.location_id
    where rl.production_run_id = ${runId}::bigint and l.archived_at is null
    order by l.id`);
  const pairs = rows
    .filter((row) => row.kind === 'storage')
    .flatMap((from) => rows.filter((row) => row.kind === 'delivery').map((to) => ({ from, to })));
  return pairs.sort((one, other) => distanceM(one.from, one.to) - distanceM(other.from, other.to))[0] ?? null;
}
