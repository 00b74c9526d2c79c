import type { FetcherState } from '../../src-shared/contract/fetcher.ts';
import { count } from './format.ts';

const trackers = (n: number) => `${count(n)} ${n === 1 ? 'tracker' : 'trackers'}`;
const OTHERS = 'their run is not active today, or they have no device or no private key';

/**
 * What came of "fetch now": how many trackers are asked for, and why the others are not.
 * @param wanted how many were chosen; null for all of the queue
 */
export function fetchAsked(
  { asked, sources, paused }: Pick<FetcherState, 'sources' | 'paused'> & { asked: number | null },
  wanted: number | null,
): string {
  const due = asked ?? 0;
  if (!sources.some((source) => source.enabled))
    return `${trackers(due)} would be asked for, but no report source is on. Turn one on.`;
  const others = wanted === null ? 0 : wanted - due;
  const rest =
    others <= 0
      ? ''
      : due === 0
        ? ` Why not: ${OTHERS}.`
        : ` ${count(others)} ${others === 1 ? 'other is' : 'others are'} not: ${OTHERS}.`;
  if (due === 0) return `No tracker is asked for.${rest || ' The queue is empty: no run is active today.'}`;
  return `${trackers(due)} ${due === 1 ? 'is' : 'are'} asked for ${paused ? 'once the fetcher resumes' : 'in the next cycle'}.${rest}`;
}
