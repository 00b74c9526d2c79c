import type { P224Engine } from '../../core/keys/p224/p224.ts';
import type { Faults } from './faults.ts';
import { encryptUploads } from './finder-phone.ts';
import { sightingsOfHour } from './motion/sightings.ts';
import { seededRandom } from './random.ts';
import { corrupted, finderUploadOf, type Upload, uploadOf } from './uploads.ts';
import { isOnAir, type SimulatedTracker } from './world.ts';

const HOUR_MS = 3_600_000;

/** A report as the server keeps it. */
export interface StoredReport extends Upload {
  payload: Uint8Array;
}

/** Payloads made so far, by report; they are made when they are first asked for. */
interface Kept {
  tracker: SimulatedTracker;
  uploads: Map<number, Upload[]>;
  payloads: Map<string, Uint8Array>;
}

interface Missing {
  kept: Kept;
  upload: Upload;
}

/** Reports encrypted in one go: the engine is fast on many, and memory stays small. */
const BATCH = 2048;
/** Hours of a tracker that may be kept before what nobody asks for any more is dropped: two weeks and a day. */
const KEPT_HOURS = 15 * 24;

export interface ReportStore {
  /** Registers a tracker; one that is known gets the new plan, and its history is told anew. */
  put(tracker: SimulatedTracker): void;
  has(id: string): boolean;
  readonly size: number;
  /** How many payloads were encrypted so far. */
  encrypted(): number;
  /** Forgets what depended on the faults of single reports. */
  forget(): void;
  /**
   * Reports with a time from `from` on that were published by `now`, newest first, by id; unknown ids are left out.
   * All that is not yet encrypted is, in one batch. Times are epoch milliseconds.
   */
  reportsOf(ids: readonly string[], faults: Faults, window: { from: number; now: number }): Map<string, StoredReport[]>;
  /** The same without their payloads: nothing is encrypted. */
  uploadsOf(ids: readonly string[], faults: Faults, window: { from: number; now: number }): Map<string, Upload[]>;
}

export function createReportStore(engine: P224Engine): ReportStore {
  const trackers = new Map<string, Kept>();
  let encrypted = 0;

  const uploadsOfOne = (kept: Kept, faults: Faults, window: { from: number; now: number }): Upload[] => {
    const { tracker, uploads } = kept;
    const first = Math.floor(Math.max(window.from, tracker.itinerary.from) / HOUR_MS);
    const found: Upload[] = [];
    for (let hour = first; hour * HOUR_MS <= window.now; hour++) {
      let ofHour = uploads.get(hour);
      if (!ofHour) {
        const sightings = sightingsOfHour(tracker.plan, tracker.itinerary, tracker.seed, hour).filter(({ at }) =>
          isOnAir(tracker, at),
        );
        ofHour = sightings.map((sighting) => uploadOf(sighting, faults, tracker.seed));
        uploads.set(hour, ofHour);
      }
      for (const upload of ofHour)
        if (upload.at >= window.from && upload.at <= window.now && upload.publishedAt <= window.now) found.push(upload);
    }
    forgetBefore(kept, first);
    return found.sort((one, other) => other.at - one.at || (one.id < other.id ? -1 : 1));
  };

  const encrypt = (missing: readonly Missing[]) => {
    for (let at = 0; at < missing.length; at += BATCH) encryptBatch(missing.slice(at, at + BATCH));
  };
  const encryptBatch = (missing: readonly Missing[]) => {
    const made = encryptUploads(
      engine,
      missing.map(({ kept, upload }) => finderUploadOf(upload, kept.tracker.advertisementKey, kept.tracker.seed)),
    );
    for (const [i, { kept, upload }] of missing.entries()) {
      const random = seededRandom(kept.tracker.seed, 'corruption', upload.id);
      const payload = upload.corruption ? corrupted(made[i]!, upload.corruption, random) : made[i]!;
      kept.payloads.set(upload.id, payload);
    }
    encrypted += missing.length;
  };

  const uploadsOf: ReportStore['uploadsOf'] = (ids, faults, window) => {
    const found = new Map<string, Upload[]>();
    for (const id of new Set(ids)) {
      const kept = trackers.get(id);
      if (kept) found.set(id, uploadsOfOne(kept, faults, window));
    }
    return found;
  };

  return {
    put: (tracker) => void trackers.set(tracker.id, { tracker, uploads: new Map(), payloads: new Map() }),
    has: (id) => trackers.has(id),
    get size() {
      return trackers.size;
    },
    encrypted: () => encrypted,
    forget() {
      for (const kept of trackers.values()) {
        kept.uploads.clear();
        kept.payloads.clear();
      }
    },
    uploadsOf,
    reportsOf(ids, faults, window) {
      const found = uploadsOf(ids, faults, window);
      const missing: Missing[] = [];
      for (const [id, uploads] of found) {
        const kept = trackers.get(id)!;
        for (const upload of uploads) if (!kept.payloads.has(upload.id)) missing.push({ kept, upload });
      }
      encrypt(missing);
      const stored = new Map<string, StoredReport[]>();
      for (const [id, uploads] of found) {
        const { payloads } = trackers.get(id)!;
        stored.set(
          id,
          uploads.map((upload) => ({ ...upload, payload: payloads.get(upload.id)! })),
        );
      }
      return stored;
    },
  };
}

function forgetBefore(kept: Kept, first: number): void {
  if (kept.uploads.size <= KEPT_HOURS) return;
  for (const [hour, uploads] of kept.uploads) {
    if (hour >= first) continue;
    kept.uploads.delete(hour);
    for (const upload of uploads) kept.payloads.delete(upload.id);
  }
}
