import { uptime } from 'node:os';

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

/** Since the machine was started, its sleep included: it goes on evenly, whatever is done to the clock. Milliseconds. */
const sinceBoot = () => uptime() * 1000;
/** A jump of the own clock against that one; some systems count it in whole seconds. */
const JUMP_MS = 5_000;

/**
 * @param even a clock that nobody sets, to notice at once, also while cut off, that the own one was set; with an `own`
 * of the caller's, that
 */
export function createClock(
  initialOffset: number,
  own: () => number = Date.now,
  even: () => number = own === Date.now ? sinceBoot : own,
): Clock {
  let offset = Math.abs(initialOffset) > NOISE_MS ? initialOffset : 0;
  let apart = own() - even();
  const listeners = new Set<(offsetMs: number) => void>();
  const correct = (next: number) => {
    if (next === offset) return;
    offset = next;
    for (const listener of listeners) listener(offset);
  };
  /** Somebody set the clock: the time goes on as it was, and the correction changes by as much. */
  const noticeJump = () => {
    const jump = own() - even() - apart;
    if (Math.abs(jump) < JUMP_MS) return;
    apart += jump;
    const left = offset - jump;
    correct(Math.abs(left) <= JUMP_MS ? 0 : Math.round(left));
  };
  return {
    now: () => {
      noticeJump();
      return new Date(own() + offset);
    },
    own,
    offset: () => {
      noticeJump();
      return offset;
    },
    measured(centralTime, ownTime) {
      noticeJump();
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
