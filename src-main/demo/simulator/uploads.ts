import type { PayloadLength } from '../../../src-shared/domain/find-my/payload.ts';
import { encodePlaintext } from '../../../src-shared/domain/find-my/plaintext.ts';
import type { Faults } from './faults.ts';
import { ephemeralScalarOf, type FinderUpload } from './finder-phone.ts';
import { destination } from './motion/geo.ts';
import { clampAccuracy, type Sighting } from './motion/sightings.ts';
import { type Random, seededRandom } from './random.ts';

const corruptions = ['bad-length', 'bad-point', 'bad-tag'] as const;
export type Corruption = (typeof corruptions)[number];

/** A report on its way to the server: what it says, what is wrong with it, and when the server has it. */
export interface Upload {
  id: string;
  /** Time in the report, epoch milliseconds. */
  at: number;
  publishedAt: number;
  length: PayloadLength;
  corruption: Corruption | null;
  latitude: number;
  longitude: number;
  accuracyM: number;
  confidence: number;
  statusByte: number;
}

const HOUR_MS = 3_600_000;
const LATE_AT_LEAST_H = 4;
const LATE_AT_MOST_H = 120;

/**
 * A sighting with the faults that concern single reports. Each fault draws from a stream of its own, so that switching
 * one leaves the others as they were.
 */
export function uploadOf(sighting: Sighting, faults: Faults, seed: string): Upload {
  const draw = (fault: string) => seededRandom(seed, fault, sighting.id);
  const late = draw('late');
  const corrupt = draw('corrupt');
  const delay = late.chance(faults.late) ? late.between(LATE_AT_LEAST_H, LATE_AT_MOST_H) * HOUR_MS : 0;
  const upload: Upload = {
    id: sighting.id,
    at: sighting.at,
    publishedAt: sighting.uploadedAt + Math.round(delay),
    length: draw('longPayload').chance(faults.longPayload) ? 89 : 88,
    corruption: corrupt.chance(faults.corrupt) ? corrupt.pick(corruptions) : null,
    latitude: sighting.place.latitude,
    longitude: sighting.place.longitude,
    accuracyM: sighting.accuracyM,
    confidence: sighting.confidence,
    statusByte: sighting.statusByte,
  };
  const inaccurate = draw('inaccurate');
  if (inaccurate.chance(faults.inaccurate)) Object.assign(upload, thrownOff(sighting, inaccurate));
  if (draw('emptyPosition').chance(faults.emptyPosition))
    Object.assign(upload, { latitude: 0, longitude: 0, accuracyM: 0 });
  return upload;
}

/** Most bad fixes admit that they are bad; one in five claims a few metres all the same. */
function thrownOff(sighting: Sighting, random: Random): Partial<Upload> {
  const boastful = random.chance(0.2);
  const error = boastful ? random.between(120, 400) : 80 + random.exponential(350);
  return {
    ...destination(sighting.place, random.between(0, 360), error),
    accuracyM: clampAccuracy(boastful ? random.between(5, 15) : error * random.between(0.5, 1.2)),
    confidence: boastful ? 3 : 1,
  };
}

/** What the phone encrypts. `seed` and the advertisement key name its ephemeral key. */
export function finderUploadOf(upload: Upload, advertisementKey: Uint8Array, seed: string): FinderUpload {
  const { latitude, longitude, accuracyM, statusByte, confidence, length } = upload;
  return {
    advertisementKey,
    plaintext: encodePlaintext({ latitude, longitude, horizontalAccuracyM: accuracyM, statusByte }),
    ephemeralScalar: ephemeralScalarOf(`${seed}\u0000ephemeral\u0000${upload.id}`),
    timestampMs: upload.at,
    confidence,
    length,
  };
}

/** Breaks a good payload: cut short (by two bytes at least, lest 89 become 88), its point moved off the curve, or its tag changed. */
export function corrupted(payload: Uint8Array, corruption: Corruption, random: Random): Uint8Array {
  if (corruption === 'bad-length') return payload.slice(0, payload.length - 2 - random.below(40));
  const broken = payload.slice();
  // X of the point is followed by Y: one other bit in Y is off the curve for certain. The tag stands at the end.
  const tagAt = payload.length - 16;
  const at = corruption === 'bad-tag' ? tagAt + random.below(16) : tagAt - 10 - 1 - random.below(28);
  broken[at] = broken[at]! ^ (1 << random.below(8));
  return broken;
}
