import {
  keepPreviousData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryOptions,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import type { Page } from '../../src-shared/contract/common.ts';
import type { OperationId } from '../../src-shared/contract/routes.ts';
import { call, isOvertaken, type JsonOperation, type OperationInput, type OperationOutput } from './client.ts';
import { invalidateOperations } from './invalidate.ts';
import { queryClient } from './query-client.ts';

type Options<T> = Partial<Omit<UseQueryOptions<T, Error>, 'queryKey' | 'queryFn'>>;

const question = <K extends JsonOperation>(operation: K, input: OperationInput<K>) => ({
  queryKey: [operation, input],
  queryFn: ({ signal }: { signal: AbortSignal }) => call(operation, input, { signal }),
});

/** Asks before the code that shows the answer is loaded: its `useOperation` with the same input finds it. */
export function askEarly<K extends JsonOperation>(operation: K, input: OperationInput<K>): void {
  void queryClient.prefetchQuery(question(operation, input));
}

/**
 * Reads an operation. The key is `[operation, input]`, so that `invalidateOperations` reaches every input of it.
 * Stale requests are aborted when the input changes.
 */
export function useOperation<K extends JsonOperation>(
  operation: K,
  input: OperationInput<K>,
  options: Options<OperationOutput<K>> = {},
): UseQueryResult<OperationOutput<K>, Error> {
  return useQuery<OperationOutput<K>, Error>({
    ...question(operation, input),
    ...options,
  }) as UseQueryResult<OperationOutput<K>, Error>;
}

/**
 * Changes something. `invalidates` names the operations whose answers are no longer true afterwards.
 * One Idempotency-Key is made for each `mutate`.
 */
export function useOperationMutation<K extends JsonOperation>(
  operation: K,
  options: {
    invalidates?: readonly OperationId[];
    onSuccess?: (output: OperationOutput<K>, input: OperationInput<K>) => void;
    onError?: (error: Error, input: OperationInput<K>) => void;
  } = {},
): UseMutationResult<OperationOutput<K>, Error, OperationInput<K>> {
  return useMutation<OperationOutput<K>, Error, OperationInput<K>>({
    mutationKey: [operation],
    mutationFn: (input) => call(operation, input, { idempotencyKey: crypto.randomUUID() }),
    onSuccess: (output, input) => {
      if (options.invalidates) invalidateOperations(options.invalidates);
      options.onSuccess?.(output, input);
    },
    onError: (error, input) => {
      // What the lists show is no longer so.
      if (isOvertaken(error) && options.invalidates) invalidateOperations(options.invalidates);
      options.onError?.(error, input);
    },
  });
}

/** Operations that answer with a page of items. */
export type PageOperation = {
  [K in JsonOperation]: OperationOutput<K> extends Page<unknown> ? K : never;
}[JsonOperation];
export type PageItem<K extends PageOperation> = OperationOutput<K> extends Page<infer T> ? T : never;

export interface Pages<T> {
  /** The items of all pages loaded so far, in order. */
  items: T[];
  query: UseInfiniteQueryResult<unknown, Error>;
}

const noItems: never[] = [];

/** Reads a list page by page; `query.fetchNextPage()` loads more. Shows the former list while filters change. */
export function usePages<K extends PageOperation>(
  operation: K,
  input: OperationInput<K>,
  options: { enabled?: boolean; limit?: number; refetchInterval?: number } = {},
): Pages<PageItem<K>> {
  type Out = Page<PageItem<K>>;
  const { limit = 100, ...rest } = options;
  const query = useInfiniteQuery<Out, Error, PageItem<K>[], readonly unknown[], string | null>({
    queryKey: [operation, input, 'pages', limit],
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) => {
      const given = input as { query?: object };
      const paged = { ...given, query: { limit, ...given.query, ...(pageParam ? { cursor: pageParam } : {}) } };
      return call(operation, paged as OperationInput<K>, { signal }) as Promise<unknown> as Promise<Out>;
    },
    getNextPageParam: (last) => last.nextCursor,
    select: flatten,
    placeholderData: keepPreviousData,
    ...rest,
  });
  return { items: query.data ?? noItems, query };
}

/** At module scope, so that react-query keeps the flattened array's identity between renders. */
function flatten<T>(data: { pages: Page<T>[] }): T[] {
  return data.pages.flatMap((page) => page.items);
}
