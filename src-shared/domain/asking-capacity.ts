import { gentle } from './fetch-safety.ts';

/** How often a source may be asked, and how many keys go into one request. */
export interface AskedSource {
  minIntervalSeconds: number;
  batchSize: number;
}

/** How often sources together can ask for every key in the queue, at best: nothing is asked twice, and each answers in time. */
export interface AskingCapacity {
  /** Seconds from one ask for a tracker to the next; null without a source. */
  roundSeconds: number | null;
  /** How many accounts, asked as a new one is, would have to be added for the wanted interval. */
  missingAccounts: number;
}

const account = gentle('apple-older');
const rate = ({ minIntervalSeconds, batchSize }: { minIntervalSeconds: number; batchSize: number }) =>
  batchSize / Math.max(1, minIntervalSeconds);

/** `keys` are all that are to be asked for, once in every `intervalMinutes`. */
export function askingCapacity(keys: number, sources: readonly AskedSource[], intervalMinutes: number): AskingCapacity {
  const perSecond = sources.reduce((sum, source) => sum + rate(source), 0);
  const wanted = keys / (intervalMinutes * 60);
  const perAccount = rate({ minIntervalSeconds: account.minIntervalSeconds, batchSize: account.maxBatchSize });
  return {
    roundSeconds: perSecond === 0 ? null : keys / perSecond,
    // A last key that misses the interval by a rounding error needs no account.
    missingAccounts: Math.max(0, Math.ceil((wanted - perSecond) / perAccount - 1e-9)),
  };
}
