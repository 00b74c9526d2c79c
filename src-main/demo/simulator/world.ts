import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import { AppError } from '../../core/platform/errors.ts';
import { liftKey } from './finder-phone.ts';
import { type Itinerary, itineraryOf } from './motion/itinerary.ts';
import { type RoutePlan, routePlanSchema } from './motion/route-plan.ts';

/** One line of a world: a tracker's public keys and what it does. No private key is ever asked for, or taken. */
const trackerEntrySchema = z.strictObject({
  advertisementKey: z.base64(),
  /** Further keys of a tracker that broadcasts each for some minutes, in turn. */
  additionalKeys: z.array(z.base64()).max(249).optional(),
  plan: routePlanSchema,
});
export const worldSchema = z.object({ trackers: z.array(trackerEntrySchema).max(200_000) });
export type TrackerEntry = z.input<typeof trackerEntrySchema>;

export interface SimulatedTracker {
  /** 28 bytes */
  advertisementKey: Uint8Array;
  /** Hashed advertisement key, base64: what reports are asked for by. */
  id: string;
  plan: RoutePlan;
  itinerary: Itinerary;
  /** Of all that is drawn for this tracker, whichever key it broadcasts. */
  seed: string;
  /** Which of how many keys of its tracker this is. */
  turn: { place: number; of: number };
}

/** As long as firmware with several keys broadcasts one of them (docs/find-my.md#devices-with-several-keys). */
const TURN_MS = 5 * 60_000;

/** Whether a tracker broadcasts this key at a time. */
export const isOnAir = ({ turn: { place, of } }: Pick<SimulatedTracker, 'turn'>, at: number): boolean =>
  Math.floor(at / TURN_MS) % of === place;

/**
 * Works an entry out, key by key. AppError `validation-failed` when a key is not 28 bytes of a point, or the plan makes
 * no sense.
 */
export function simulatedTrackers(entry: TrackerEntry, seed: string | number): SimulatedTracker[] {
  const { advertisementKey, additionalKeys = [], plan } = trackerEntrySchema.parse(entry);
  const keys = [advertisementKey, ...additionalKeys].map(advertisementKeyOf);
  // Short, since every draw begins with it.
  const ownSeed = hash('sha256', `${seed}\u0000${hash('sha256', keys[0]!, 'base64')}`, 'base64').slice(0, 16);
  const itinerary = itineraryOf(plan, String(seed));
  return keys.map((key, place) => ({
    advertisementKey: key,
    id: hash('sha256', key, 'base64'),
    plan,
    itinerary,
    seed: ownSeed,
    turn: { place, of: keys.length },
  }));
}

function advertisementKeyOf(text: string): Uint8Array {
  const advertisementKey = new Uint8Array(Buffer.from(text, 'base64'));
  if (advertisementKey.length !== KEY_BYTES || !liftKey(advertisementKey)) {
    throw new AppError(
      'validation-failed',
      `${text} is not an advertisement key: 28 bytes, the X of a point of P-224.`,
    );
  }
  return advertisementKey;
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
