import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../../api/client.ts';
import type { Journey } from '../../map/replay/timeline.ts';
import { unwrap } from '../../map/track.ts';
import { trackers as words } from '../../strings/trackers.ts';

const LIMIT = 5_000;

/** The journeys of some trackers with their names, in the order asked for; `null` for one that could not be read. */
export function useJourneys(trackerIds: readonly number[]): { journeys: (Journey | null)[]; loading: boolean } {
  const results = useQueries({
    queries: trackerIds.map((trackerId) => ({
      queryKey: ['getTrackerTrack', { params: { trackerId } }, 'journey'],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Journey> => {
        const input = { params: { trackerId } };
        const [tracker, track] = await Promise.all([
          call('getTracker', input, { signal }),
          call('getTrackerTrack', { ...input, query: { limit: LIMIT } }, { signal }),
        ]);
        const positions = unwrap(track.points);
        return {
          trackerId,
          name: tracker.macAddress ?? words.noMac(trackerId),
          fixes: track.points.map(({ reportedAt, status }, index) => {
            const [latitude, longitude] = positions[index]!;
            return { at: Date.parse(reportedAt), latitude, longitude, status };
          }),
        };
      },
      staleTime: 60_000,
    })),
  });
  const loading = results.some((result) => result.isPending);
  const key = results.map((result) => result.dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the times of the answers stand for them
  const journeys = useMemo(() => results.map(({ data }) => data ?? null), [key]);
  return { journeys, loading };
}
