import { z } from 'zod';
import type { Queryable } from '../core/platform/db/queryable.ts';
import { readSetting, writeSetting } from '../core/platform/db/settings-store.ts';
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
  const stored = await readSetting(db, KEY, z.record(z.string(), z.unknown()));
  if (Object.keys(stored).length === 0) return null;
  const record = recordSchema.safeParse(stored);
  if (!record.success)
    throw new AppError('corrupt-data', 'The record of the demo world is damaged. Use another --data-dir.');
  return record.data;
}

export const writeWorldRecord = (db: Queryable, record: z.input<typeof recordSchema>, now: Date): Promise<void> =>
  writeSetting(db, KEY, record, now);

export const markHistoryStored = (db: Queryable, now: Date): Promise<void> =>
  writeSetting(db, KEY, { historyStored: true }, now);

/** Adds journeys of trackers that joined while the demo ran. Only the host that runs the demo does so. */
export async function appendJourneys(db: Queryable, journeys: readonly Journey[], now: Date): Promise<void> {
  const record = await readWorldRecord(db);
  if (record) await writeSetting(db, KEY, { journeys: [...record.journeys, ...journeys] }, now);
}
