import type { ReportSource } from '../../../src-shared/contract/fetcher.ts';

/** A source that is paused after failures or being tried again, or that names nobody that it named before. */
const fails = ({ state }: Pick<ReportSource, 'state'>): boolean =>
  state.circuit !== 'closed' || state.blindSince !== null;

/** How many sources are switched on, and how many of these fail, or were never asked. */
export function sourcesAtWork(all: readonly ReportSource[]) {
  const enabled = all.filter((source) => source.enabled);
  return {
    sources: enabled.length,
    failing: enabled.filter(fails).length,
    neverAsked: enabled.filter(({ state }) => state.lastRequestAt === null).length,
  };
}
