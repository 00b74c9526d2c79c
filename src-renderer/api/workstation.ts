import type { UseQueryResult } from '@tanstack/react-query';
import type { WorkstationState } from '../../src-shared/contract/workstation.ts';
import { useOperation } from './use-operation.ts';

const CALM_MS = 15_000;
const BUSY_MS = 2_000;

/** The state of this workstation; asked for more often while it is cut off or has something to send. */
export function useWorkstation(): UseQueryResult<WorkstationState, Error> {
  return useOperation(
    'getWorkstation',
    {},
    {
      refetchInterval: (query) => {
        const state = query.state.data as WorkstationState | undefined;
        return state && (state.link !== 'online' || state.outbox.waiting > 0) ? BUSY_MS : CALM_MS;
      },
      retry: false,
    },
  );
}
