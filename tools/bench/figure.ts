import { cpus, totalmem } from 'node:os';

/** One measured figure beside a named baseline of the same run. Only the ratio means something from one machine to another. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  baseline: { name: string; value: number };
  /** How many times better than the baseline: above 1 is better, whichever way the unit runs. */
  ratio: number;
}

/** A figure where more is better, as in rows a second. */
export const more = (name: string, unit: string, value: number, baseline: Figure['baseline']): Figure => ({
  name,
  value,
  unit,
  baseline,
  ratio: value / baseline.value,
});

/** A figure where less is better, as in seconds. */
export const less = (name: string, unit: string, value: number, baseline: Figure['baseline']): Figure => ({
  name,
  value,
  unit,
  baseline,
  ratio: baseline.value / value,
});

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

/** Median seconds of one call, over `rounds` after one that warms up. */
export async function medianSeconds(rounds: number, work: (round: number) => unknown): Promise<number> {
  await work(-1);
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work(round);
    seconds.push((performance.now() - started) / 1000);
  }
  return median(seconds);
}

/** The machine that the figures were taken on. */
export const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  at: new Date().toISOString(),
});
