import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../../src-shared/contract/api-client.ts';
import { isNotAuthenticated } from './client.ts';

/** Query key of the session, which is not a plain operation key because 401 is one of its answers. */
export const sessionKey = ['session'] as const;

/** A session that ended on the server (revoked, expired) sends the person to the login page, which keeps the path. */
function onError(error: unknown): void {
  if (isNotAuthenticated(error)) queryClient.setQueryData(sessionKey, null);
}

/** Whether asking again may help: the network and the server's own trouble, never a refusal. */
function retry(failures: number, error: unknown): boolean {
  if (failures >= 2) return false;
  return !(error instanceof ApiError) || error.problem.status >= 500;
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: { retry, staleTime: 10_000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
