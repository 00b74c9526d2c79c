/** A correction smaller than this is noise of the network, not a wrong clock. Milliseconds. */
const NOISE_MS = 1_000;
/** An error from which people are told that the clock of this workstation is wrong. */
export const WRONG_CLOCK_MS = 30_000;

/**
 * The time of this console: its own clock, corrected by how far it was found to be off from the central database's. So
 * a workstation whose clock is a day off dates what is done on it as all others do.
 */
export interface Clock {
  now(): Date;
  /** The uncorrected clock, milliseconds since 1970. */
  own(): number;
  /** How far the central clock is ahead of this one, milliseconds; 0 until it was measured. */
  offset(): number;
  /** Takes a measurement: the central time, and this console's time in the middle of the question. */
  measured(centralTime: number, ownTime: number): void;
  /** Calls the listener at every change of the offset. Returns the function that ends it. */
  onChange(listener: (offsetMs: number) => void): () => void;
}

export function createClock(initialOffset: number, own: () => number = Date.now): Clock {
  let offset = Math.abs(initialOffset) > NOISE_MS ? initialOffset : 0;
  const listeners = new Set<(offsetMs: number) => void>();
  const correct = (next: number) => {
    if (next === offset) return;
    offset = next;
    for (const listener of listeners) listener(offset);
  };
  return {
    now: () => new Date(own() + offset),
    own,
    offset: () => offset,
    measured(centralTime, ownTime) {
      if (!Number.isFinite(centralTime)) return;
      const found = centralTime - ownTime;
      if (Math.abs(found) <= NOISE_MS) correct(0);
      else if (Math.abs(found - offset) > NOISE_MS) correct(Math.round(found));
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
