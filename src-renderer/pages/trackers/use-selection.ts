import { useCallback, useState } from 'react';
import type { Tracker } from '../../../src-shared/contract/trackers.ts';
import { call } from '../../api/client.ts';
import { MAX_SELECTED } from '../../components/DataTable.tsx';
import type { TrackerQuery, TrackerSort } from './filters.ts';

/** What is kept of a selected tracker: enough to act on it, and to take an assignment back. */
export type Selected = Pick<Tracker, 'id' | 'productionRun' | 'lastReport'>;

const PAGE = 500;

export interface Selection {
  keys: ReadonlySet<string>;
  trackers: readonly Selected[];
  /** From the table: keys of loaded rows. */
  set: (keys: ReadonlySet<string>, loaded: readonly Tracker[]) => void;
  clear: () => void;
  /** Selects everything that matches, up to MAX_SELECTED. */
  selectAll: (query: TrackerQuery, sort: TrackerSort) => Promise<void>;
}

/** The selected trackers, also those whose rows are not loaded. */
export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Selected>>(new Map());
  const set = useCallback((keys: ReadonlySet<string>, loaded: readonly Tracker[]) => {
    setChosen((before) => {
      const known = new Map<string, Selected>(before);
      for (const tracker of loaded) known.set(String(tracker.id), tracker);
      return new Map([...keys].flatMap((key) => (known.has(key) ? [[key, known.get(key)!]] : [])));
    });
  }, []);
  const selectAll = useCallback(async (query: TrackerQuery, sort: TrackerSort) => {
    const found = new Map<string, Selected>();
    for (let cursor: string | null = null; found.size < MAX_SELECTED; ) {
      const page: Awaited<ReturnType<typeof call<'listTrackers'>>> = await call('listTrackers', {
        query: { ...query, sort, limit: PAGE, ...(cursor ? { cursor } : {}) },
      });
      for (const { id, productionRun, lastReport } of page.items)
        found.set(String(id), { id, productionRun, lastReport });
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    setChosen(found);
  }, []);
  const clear = useCallback(() => setChosen(new Map()), []);
  const [keys, trackers] = [new Set(chosen.keys()), [...chosen.values()]];
  return { keys, trackers, set, clear, selectAll };
}
