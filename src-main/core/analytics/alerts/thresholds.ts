import sql from 'sql-template-tag';
import { defaultThresholds, type Thresholds, thresholdsSchema } from '../../../../src-shared/contract/alerts.ts';
import type { Queryable } from '../../platform/db/queryable.ts';

/** The row of `settings`. What is not there has its default. */
const KEY = 'analytics-thresholds';

/** The thresholds of deliveries and alerts, read at every step, so that a change needs no restart. */
export async function readThresholds(db: Queryable): Promise<Thresholds> {
  const { rows } = await db.query<{ value: object }>(sql`select value from settings where key = ${KEY}`);
  const stored = thresholdsSchema.partial().safeParse(rows[0]?.value ?? {});
  return thresholdsSchema.parse({ ...defaultThresholds, ...(stored.success ? stored.data : {}) });
}

/** Changes some thresholds, and has every tracker's deliveries and alerts worked out again by them. */
export async function changeThresholds(
  tx: Queryable,
  changes: { [K in keyof Thresholds]?: Thresholds[K] | undefined },
  now: Date,
): Promise<Thresholds> {
  await tx.query(sql`
    insert into settings as s (key, value, updated_at) values (${KEY}, ${JSON.stringify(changes)}::jsonb, ${now})
    on conflict (key) do update set value = s.value || excluded.value, updated_at = excluded.updated_at`);
  await tx.query(sql`
    insert into analytics_pending (tracker_id, queued_at)
    select tracker_id, ${now} from tracker_status where folded_at is not null order by tracker_id
    on conflict (tracker_id) do nothing`);
  return readThresholds(tx);
}
