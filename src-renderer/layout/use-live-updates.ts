import { useEffect } from 'react';
import { api } from '../api/client.ts';
import { followEvents } from '../api/live.ts';
import { useJobs } from '../stores/jobs.ts';

/** Follows the event stream while somebody is logged in, and learns which jobs are already under way. */
export function useLiveUpdates(mayListJobs: boolean): void {
  useEffect(() => {
    const controller = new AbortController();
    void followEvents(controller.signal);
    if (mayListJobs) {
      const { put } = useJobs.getState();
      for (const state of ['running', 'queued'] as const)
        api
          .listJobs({ query: { state, limit: 50 }, signal: controller.signal })
          .then((page) => page.items.forEach(put))
          .catch(() => {});
    }
    return () => {
      controller.abort();
      useJobs.getState().clear();
    };
  }, [mayListJobs]);
}
