import type { Problem } from './problem.ts';
import type { ClientInput, ClientOutput, RouteSpec } from './route.ts';
import { API_PREFIX, type OperationId, type Routes, routes } from './routes.ts';

/** The part of `fetch` that the client needs. The browser's and Node's both fit. */
export type FetchLike = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal?: unknown },
) => Promise<{ ok: boolean; status: number; json(): Promise<unknown>; text(): Promise<string> }>;

/** A refusal by the API, carrying its problem document. `message` is the sentence to show. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

type Args<R> =
  Record<string, never> extends ClientInput<R>
    ? [input?: ClientInput<R> & CallOptions]
    : [input: ClientInput<R> & CallOptions];
interface CallOptions {
  signal?: unknown;
  /** Send the same key again to repeat a request whose answer was lost. */
  idempotencyKey?: string;
  /** The version of the record that is changed, sent as If-Match. */
  version?: number | null;
}
type JsonOperation = {
  [K in OperationId]: Routes[K]['output'] extends { kind: 'file' | 'events' } ? never : K;
}[OperationId];
export type ApiClient = { [K in JsonOperation]: (...args: Args<Routes[K]>) => Promise<ClientOutput<Routes[K]>> };

/**
 * Path and query of a call, as in `/api/v1/trackers/7?limit=50`. Also used for addresses that the client doesn't fetch
 * itself, such as a download.
 */
export function urlOf<K extends OperationId>(
  operation: K,
  input: { params?: Record<string, unknown>; query?: Record<string, unknown> } = {},
): string {
  const spec: RouteSpec = routes[operation] as unknown as RouteSpec;
  const path = spec.path.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = input.params?.[key];
    if (value === undefined) throw new Error(`${operation} needs the path parameter ${key}`);
    return encodeURIComponent(String(value));
  });
  const query = Object.entries(input.query ?? {})
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return `${API_PREFIX}${path}${query ? `?${query}` : ''}`;
}

/**
 * A typed client over the contract, with one method for each operation. Rejects with `ApiError` when the API refuses,
 * and with whatever `fetch` rejects with when it can't be reached.
 */
export function createApiClient(
  fetchLike: FetchLike,
  options: { baseUrl?: string; headers?: Record<string, string> } = {},
): ApiClient {
  const call = async (operation: OperationId, input: Record<string, unknown> & CallOptions = {}) => {
    const spec: RouteSpec = routes[operation] as unknown as RouteSpec;
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    const { body } = input as { body?: unknown };
    const raw = spec.body?.kind === 'stream';
    if (raw) headers['content-type'] = spec.body?.kind === 'stream' ? (spec.body.contentTypes[0] as string) : '';
    else if (body !== undefined) headers['content-type'] = 'application/json';
    else if (spec.method !== 'GET') headers['content-type'] = 'application/json';
    if (input.idempotencyKey) headers['idempotency-key'] = input.idempotencyKey;
    if (typeof input.version === 'number') headers['if-match'] = `"${input.version}"`;
    const response = await fetchLike((options.baseUrl ?? '') + urlOf(operation, input as never), {
      method: spec.method,
      headers,
      ...(body === undefined ? {} : { body: raw ? String(body) : JSON.stringify(body) }),
      ...(input.signal ? { signal: input.signal } : {}),
    });
    if (!response.ok) throw new ApiError(await readProblem(response));
    return response.status === 204 ? undefined : response.json();
  };
  return new Proxy({} as ApiClient, {
    get: (_, operation) =>
      typeof operation === 'string' && operation in routes
        ? (input?: Record<string, unknown>) => call(operation as OperationId, input)
        : undefined,
  });
}

async function readProblem(response: { status: number; json(): Promise<unknown> }): Promise<Problem> {
  const fallback = {
    type: '/problems/internal',
    title: 'Unexpected answer',
    status: response.status,
    detail: `The console answered with status ${response.status} and no explanation.`,
  };
  try {
    const body = (await response.json()) as Partial<Problem>;
    return typeof body.detail === 'string' ? (body as Problem) : fallback;
  } catch {
    return fallback;
  }
}
