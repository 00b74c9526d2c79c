import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Queryable } from '../core/platform/db/queryable.ts';
import { AppError } from '../core/platform/errors.ts';
import { routePlanSchema } from './simulator/motion/route-plan.ts';

/** Trackers with ids from..to that follow one plan. */
const journey = z.object({ from: z.number().int(), to: z.number().int(), plan: routePlanSchema });

/** What must outlive a restart for the same world to go on. No key is in it: those are read from the trackers. */
const recordSchema = z.object({
  seed: z.union([z.string(), z.number()]),
  /** The moment that the world was told from, ISO 8601. */
  epoch: z.string(),
  /** Whether the two weeks before the epoch are stored. */
  historyStored: z.boolean(),
  journeys: z.array(journey),
});
export type WorldRecord = z.infer<typeof recordSchema>;
export type Journey = z.infer<typeof journey>;

const KEY = 'demo.world';

/** The demo world of this database; null when it has none. */
export async function readWorldRecord(db: Queryable): Promise<WorldRecord | null> {
  const { rows } = await db.query<{ value: unknown }>(sql`select value from settings where key = ${KEY}`);
  if (!rows[0]) return null;
  const record = recordSchema.safeParse(rows[0].value);
  if (!record.success)
    throw new AppError('corrupt-data', 'The record of the demo world is damaged. Use another --data-dir.');
  return record.data;
}

export async function writeWorldRecord(db: Queryable, record: z.input<typeof recordSchema>, now: Date): Promise<void> {
  await db.query(sql`
    insert into settings (key, value, updated_at) values (${KEY}, ${JSON.stringify(record)}::jsonb, ${now})
    on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at`);
}

export async function markHistoryStored(db: Queryable, now: Date): Promise<void> {
  await db.query(sql`
    update settings set value = jsonb_set(value, '{historyStored}', 'true'), updated_at = ${now} where key = ${KEY}`);
}

/** Adds journeys of trackers that joined while the demo ran. */
export async function appendJourneys(db: Queryable, journeys: readonly Journey[], now: Date): Promise<void> {
  await db.query(sql`
    update settings set value = jsonb_set(value, '{journeys}', (value -> 'journeys') || ${JSON.stringify(journeys)}::jsonb),
      updated_at = ${now} where key = ${KEY}`);
}
