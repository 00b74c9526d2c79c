import type { NoPositionReason } from '../../../src-shared/domain/no-position.ts';
import { useRole } from '../../api/session.ts';
import { noPosition } from '../../strings/no-position.ts';

/** Where a reason can be mended, for one tracker or for many; null where nothing but waiting or fetching helps. */
export function mendAt(
  reason: NoPositionReason,
  { runId, trackerId }: { runId: number | null; trackerId: number },
): string | null {
  switch (reason) {
    case 'no-private-key':
      return runId === null ? '/production-runs' : `/production-runs/${runId}?tab=import`;
    case 'not-manufactured':
      return '/manufacturers';
    case 'no-run':
      return '/trackers';
    case 'run-not-begun':
    case 'run-over':
      return runId === null ? null : `/production-runs/${runId}`;
    case 'not-enrolled':
    case 'locked':
      return '/key-protection';
    case 'fetcher-paused':
    case 'fetcher-stopped':
    case 'no-source':
    case 'source-failing':
      return '/fetcher';
    case 'not-folded':
      return '/jobs';
    case 'left-out':
      return `/trackers/${trackerId}?tab=reports`;
    default:
      return null;
  }
}

/** Reasons for which asking again at once may help. */
export const helpsToFetch = (reason: NoPositionReason): boolean =>
  ['not-asked', 'absent', 'unheard', 'no-news'].includes(reason);

/** What is said of a reason to the person who looks. */
export function useReasonWords(): (reason: NoPositionReason) => (typeof noPosition.reasons)[NoPositionReason] {
  const isClient = useRole() === 'client-viewer';
  return (reason) => ({ ...noPosition.reasons[reason], ...(isClient ? noPosition.forClients[reason] : {}) });
}
