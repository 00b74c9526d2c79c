import sql from 'sql-template-tag';
import type { Queryable } from '../platform/db/queryable.ts';
import { canBeAsked } from './fetch-states-store.ts';

export interface EnteredTracker {
  trackerId: number;
  enteredAt: Date;
  /** It belongs in the queue: made, and in a run that is active. */
  wanted: boolean;
}

/** Trackers that have entered a run period since the queue last looked. Plan: fetch_states_entered. */
export async function enteredTrackers(db: Queryable, now: Date, limit: number): Promise<EnteredTracker[]> {
  const { rows } = await db.query<EnteredTracker>(sql`
    select f.tracker_id as "trackerId", f.entered_at as "enteredAt", t.mac_address is not null and r.id is not null
      and ${canBeAsked} as wanted
    from fetch_states f join trackers t on t.id = f.tracker_id
    left join production_runs r on r.id = t.production_run_id
      and r.archived_at is null and run_starts_at(r) <= ${now} and ${now} < run_ends_at(r)
    where f.entered_at is not null order by f.tracker_id limit ${limit}`);
  return rows;
}

/** Forgets the marks that the queue has followed; one that was made anew meanwhile stays. */
export async function forgetEntered(db: Queryable, entered: readonly EnteredTracker[]): Promise<void> {
  await db.query(sql`
    update fetch_states f set entered_at = null
    from unnest(${entered.map((one) => one.trackerId)}::bigint[], ${entered.map((one) => one.enteredAt)}::timestamptz[])
      as seen(tracker_id, entered_at)
    where f.tracker_id = seen.tracker_id and f.entered_at = seen.entered_at`);
}
