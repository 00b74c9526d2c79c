import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { sentenceOf } from '../../components/ErrorState.tsx';
import { common } from '../../strings/common.ts';
import { fetchAsked } from '../../strings/fetch-asked.ts';
import { chunks } from './assign.ts';

/** Asks for trackers at once, in as many requests as it takes, and says what came of it. True when it was done. */
export function useFetchNow() {
  const [isFetching, setFetching] = useState(false);
  const fetchNow = async (trackerIds: readonly number[]): Promise<boolean> => {
    setFetching(true);
    try {
      let asked = 0;
      let said = '';
      for (const ids of chunks(trackerIds)) {
        const answer = await call('controlFetcher', { body: { action: 'fetch-now', trackerIds: ids } });
        asked += answer.asked ?? 0;
        said = fetchAsked({ ...answer, asked }, trackerIds.length);
      }
      notifications.show({ message: said });
      return true;
    } catch (error) {
      notifications.show({ color: 'red', title: common.notDone, message: sentenceOf(error) });
      return false;
    } finally {
      setFetching(false);
      invalidateOperations(['getFetcher', 'getFetchState', 'listFetchFailures']);
    }
  };
  return { isFetching, fetchNow };
}
