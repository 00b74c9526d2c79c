import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import { AppError } from '../../core/platform/errors.ts';
import { liftKey } from './finder-phone.ts';
import { type Itinerary, itineraryOf } from './motion/itinerary.ts';
import { type RoutePlan, routePlanSchema } from './motion/route-plan.ts';

/** One line of a world: a public key and what its tracker does. No private key is ever asked for, or taken. */
const trackerEntrySchema = z.strictObject({ advertisementKey: z.base64(), plan: routePlanSchema });
export const worldSchema = z.object({ trackers: z.array(trackerEntrySchema).max(200_000) });
export type TrackerEntry = z.input<typeof trackerEntrySchema>;

export interface SimulatedTracker {
  /** 28 bytes */
  advertisementKey: Uint8Array;
  /** Hashed advertisement key, base64: what reports are asked for by. */
  id: string;
  plan: RoutePlan;
  itinerary: Itinerary;
  /** Of all that is drawn for this tracker. */
  seed: string;
}

/**
 * Works an entry out. AppError `validation-failed` when the key is not 28 bytes of a point, or the plan makes no sense.
 */
export function simulatedTracker(entry: TrackerEntry, seed: string | number): SimulatedTracker {
  const { advertisementKey: text, plan } = trackerEntrySchema.parse(entry);
  const advertisementKey = new Uint8Array(Buffer.from(text, 'base64'));
  if (advertisementKey.length !== KEY_BYTES || !liftKey(advertisementKey)) {
    throw new AppError(
      'validation-failed',
      `${text} is not an advertisement key: 28 bytes, the X of a point of P-224.`,
    );
  }
  const id = hash('sha256', advertisementKey, 'base64');
  // Short, since every draw begins with it.
  const ownSeed = hash('sha256', `${seed}\u0000${id}`, 'base64').slice(0, 16);
  return { advertisementKey, id, plan, itinerary: itineraryOf(plan, String(seed)), seed: ownSeed };
}

/** Reads a world file. AppError `validation-failed` says where it is wrong. */
export function readWorld(path: string): TrackerEntry[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('validation-failed', `The world file ${path} can’t be read as JSON.`, { cause });
  }
  const world = worldSchema.safeParse(content);
  if (!world.success) throw new AppError('validation-failed', `${path}: ${z.prettifyError(world.error)}`);
  return world.data.trackers;
}
