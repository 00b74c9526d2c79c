import { type ApiClient, ApiError, createApiClient } from '../../src-shared/contract/api-client.ts';
import type { ClientInput, ClientOutput } from '../../src-shared/contract/route.ts';
import type { Routes } from '../../src-shared/contract/routes.ts';
import { useDataAge } from '../stores/data-age.ts';

/** The API of this console, always by relative addresses, so that it works at http://127.0.0.1 and at app:// alike. */
export const api: ApiClient = createApiClient(async (url, init) => {
  const { signal, ...rest } = init;
  const response = await window.fetch(url, {
    ...rest,
    credentials: 'same-origin',
    ...(signal instanceof AbortSignal ? { signal } : {}),
  });
  // Set on answers from this workstation's copy.
  const asOf = response.headers.get('x-data-as-of');
  if (asOf !== null) useDataAge.getState().saw(asOf);
  const [kept, whole] = response.headers.get('x-data-part')?.split('/').map(Number) ?? [];
  if (kept !== undefined && whole !== undefined) useDataAge.getState().sawPart({ kept, whole });
  return response;
});

/** An operation that answers with JSON or nothing; files and event streams are fetched otherwise. */
export type JsonOperation = keyof ApiClient;
/** Whoever changes a record says which version they have seen; null for actions, which go by its state. */
type Seen<K extends JsonOperation> =
  NonNullable<Routes[K]['versioned']> extends never ? { version?: undefined } : { version: number | null };
export type OperationInput<K extends JsonOperation> = ClientInput<Routes[K]> & Seen<K>;
export type OperationOutput<K extends JsonOperation> = ClientOutput<Routes[K]>;

/** Calls an operation whose name is only known at run time. */
export function call<K extends JsonOperation>(
  operation: K,
  input: OperationInput<K>,
  options: { signal?: AbortSignal; idempotencyKey?: string } = {},
): Promise<OperationOutput<K>> {
  const method = api[operation] as (input: unknown) => Promise<OperationOutput<K>>;
  return method({ ...(input as object), ...options });
}

/** Whether the API refused because there is no session. */
export const isNotAuthenticated = (error: unknown): boolean =>
  error instanceof ApiError && error.problem.status === 401;

/** Whether the API refused because another has changed the record meanwhile. */
export const isOvertaken = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.problem.status === 412;
