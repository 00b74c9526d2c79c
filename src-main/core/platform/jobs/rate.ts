/** Seconds over which the rate is measured: long enough to be calm, short enough to follow. */
const WINDOW_MS = 10_000;

/** Measures a rate from progress reports over the last ten seconds. Times are milliseconds, passed in. */
export function rateMeter(): { add(done: number, now: number): void; perSecond(): number | null } {
  let samples: { done: number; at: number }[] = [];
  return {
    add(done, now) {
      const last = samples.at(-1);
      // Work that begins again from an earlier point is not a negative rate.
      if (last && done < last.done) samples = [];
      samples.push({ done, at: now });
      while (samples.length > 2 && samples[1]!.at < now - WINDOW_MS) samples.shift();
    },
    perSecond() {
      const first = samples[0];
      const last = samples.at(-1);
      if (!first || !last || last.at <= first.at || last.done <= first.done) return null;
      return ((last.done - first.done) * 1000) / (last.at - first.at);
    },
  };
}
