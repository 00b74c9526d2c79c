/** No hand scans this many codes in a second; a scanner that does is jammed or repeats what it has in its memory. */
export const MOST_PER_SECOND = 40;
/** Codes are taken again after this long without one. Milliseconds. */
export const QUIET_MS = 1_000;

/**
 * Tells a jammed scanner from work: beyond `MOST_PER_SECOND` codes in one second everything is refused until the scanner
 * has been quiet for a second. What was taken before stays taken.
 * @returns a function of the time in milliseconds that says whether a code is taken
 */
export function createJamGuard(): (at: number) => boolean {
  let times: number[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  let jammed = false;
  return (at) => {
    if (jammed && at - lastAt > QUIET_MS) {
      jammed = false;
      times = [];
    }
    lastAt = at;
    times = times.filter((time) => at - time < 1_000);
    times.push(at);
    if (times.length > MOST_PER_SECOND) jammed = true;
    return !jammed;
  };
}
