import type { ServerEvent } from '../../src-shared/contract/events.ts';
import { API_PREFIX, type OperationId } from '../../src-shared/contract/routes.ts';
import { useConnection } from '../stores/connection.ts';
import { useJobs } from '../stores/jobs.ts';
import { operationsOf } from './invalidate.ts';
import { createPacedReads } from './paced-reads.ts';
import { queryClient, sessionKey } from './query-client.ts';
import { readEventStream } from './server-events.ts';

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;

/** Of one tracker, which their path names. */
const oneTrackerReads: OperationId[] = [
  'getTracker',
  'getNoPosition',
  'listStatusHistory',
  'listLocationReports',
  'listTrackerAggregates',
  'getTrackerTrack',
];
const trackerReads: OperationId[] = [
  ...oneTrackerReads,
  'listTrackers',
  'countTrackers',
  'getMapTrackers',
  'getMapHeat',
  'previewFence',
  'previewOutline',
  'getFenceSurroundings',
  'getOverview',
];
const orderReads: OperationId[] = [
  'listCustomerOrders',
  'getCustomerOrder',
  'listAllocations',
  'listScans',
  'listBoxDifferences',
  'getOverview',
];
const fetcherReads: OperationId[] = [
  'getFetcher',
  'listFetchFailures',
  'listReportSources',
  'getFetchState',
  'getNoPosition',
  'countNoPosition',
  'countCorruptReports',
  'listCorruptReports',
];

/** What an event makes out of date. */
function staleAfter(event: ServerEvent): readonly OperationId[] {
  switch (event.type) {
    case 'hello':
      return [];
    case 'tracker-status':
      return trackerReads;
    case 'alerts':
      return [...operationsOf('alerts'), 'getOverview'];
    case 'order':
      return orderReads;
    case 'fetcher':
      return fetcherReads;
    case 'workstation':
      return ['getWorkstation', 'listOutboxEntries', 'getCustomerOrder', 'listBoxDifferences'];
    case 'changed':
      return [...operationsOf(event.resource), event.resource === 'key-protection' ? 'getAbout' : 'getOverview'];
    case 'job':
      return ['succeeded', 'failed', 'cancelled'].includes(event.job.state)
        ? ['listJobs', 'getJob', ...(event.job.resource ? operationsOf(event.job.resource.type) : []), 'listTrackers']
        : ['getJob'];
  }
}

/** False where an answer is of one tracker, and the event of others. */
function shows([operation, input]: readonly unknown[], event: ServerEvent): boolean {
  if (event.type !== 'tracker-status' || !(oneTrackerReads as unknown[]).includes(operation)) return true;
  const named = (input as { params?: { trackerId?: number | string } } | undefined)?.params?.trackerId;
  return named === undefined || event.trackerIds.includes(Number(named));
}

/**
 * Follows `/events` until the signal aborts: keeps the connection state, feeds the job store and marks answers as out
 * of date. Reconnects with growing pauses; after a gap everything on screen is asked for again, since events sent
 * meanwhile are gone.
 */
export async function followEvents(signal: AbortSignal): Promise<void> {
  const reads = createPacedReads(queryClient);
  signal.addEventListener('abort', reads.stop);
  let delay = FIRST_DELAY_MS;
  let hadConnection = false;
  while (!signal.aborted) {
    try {
      const response = await window.fetch(`${API_PREFIX}/events`, {
        headers: { accept: 'text/event-stream' },
        credentials: 'same-origin',
        signal,
      });
      if (response.status === 401) {
        queryClient.setQueryData(sessionKey, null);
        return;
      }
      if (!response.ok || !response.body) throw new Error(`The event stream answered ${response.status}`);
      useConnection.getState().set('online');
      delay = FIRST_DELAY_MS;
      if (hadConnection) void queryClient.invalidateQueries();
      hadConnection = true;
      for await (const message of readEventStream(response.body)) {
        const event = JSON.parse(message.data) as ServerEvent;
        if (event.type === 'job') useJobs.getState().put(event.job);
        const stale = new Set<unknown>(staleAfter(event));
        if (stale.size > 0) reads.markStale((query) => stale.has(query.queryKey[0]) && shows(query.queryKey, event));
      }
    } catch {
      // Lost or refused: said on screen by the connection state below, and tried again.
    }
    if (signal.aborted) return;
    useConnection.getState().set('offline');
    await pause(delay * (0.75 + Math.random() / 2), signal);
    delay = Math.min(delay * 2, MAX_DELAY_MS);
  }
}

/** Waits, but not beyond an abort, and not when the browser says that the network is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
