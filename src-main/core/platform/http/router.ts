import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import type { ZodType } from 'zod';
import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import { API_PREFIX, type OperationId, routes } from '../../../../src-shared/contract/routes.ts';
import { isRefusedForNow } from '../db/sqlstate.ts';
import { AppError } from '../errors.ts';
import type { Execute } from './execute.ts';
import type { Handlers } from './handler.ts';
import type { Principal } from './principal.ts';
import { asAppError, problemResponse } from './problem-response.ts';
import { readBody } from './read-body.ts';
import { guardRequest, isUnsafe } from './request-guard.ts';
import { respond } from './respond.ts';
import { noQuery, queryObject, validate, withoutOthers } from './validate.ts';

/** What the host knows of the connection. Never taken from a header, which anyone can send. */
export interface Peer {
  address: string;
}
export type HandleRequest = (request: Request, peer?: Peer) => Promise<Response>;

export interface RouterOptions {
  /** Check every answer against the contract; costs time, so by default in development and tests only. */
  checkOutput?: boolean;
  /** Leave out routes without a handler instead of refusing to start; for tests of a part. */
  allowMissing?: boolean;
  /** Milliseconds that a JSON body may take; 30 s. */
  jsonBodyMs?: number;
}

export interface RouterDeps {
  /** Exact `Host` values that are answered. Read at each request: a host may add its port once it knows it. */
  readonly allowedHosts: readonly string[];
  readonly log: Logger;
  /** The principal of a request, null on public routes. Throws what the route refuses the caller with. */
  readonly authorise: (
    operation: OperationId,
    spec: RouteSpec,
    request: { headers: Headers; url: string; address: string },
  ) => Promise<Principal | null>;
  readonly execute: Execute;
}

interface Served {
  operation: OperationId;
  spec: RouteSpec;
  handler: Handlers[OperationId];
  query: ZodType;
  /** Of a JSON body. */
  body: ZodType | null;
}
type Bindings = { Bindings: { requestId: string; peer: Peer } };

/**
 * The API under `/api/v1` as one function from request to answer, derived from the contract. It never rejects: errors
 * are RFC 9457 answers, and what was not raised on purpose is logged under the request id and told as `internal`.
 */
export function createHandler(
  deps: RouterDeps,
  handlers: Partial<Handlers>,
  options: RouterOptions = {},
): HandleRequest {
  const checkOutput = options.checkOutput ?? ['development', 'test'].includes(process.env.NODE_ENV ?? '');
  const app = new Hono<Bindings>({ strict: true }).basePath(API_PREFIX);
  const all = sortedRoutes();
  for (const [operation, spec] of all) {
    const handler = handlers[operation];
    if (!handler) {
      if (options.allowMissing) continue;
      throw new Error(`the route ${operation} has no handler`);
    }
    const body = spec.body?.kind === 'json' ? withoutOthers(spec.body.schema) : null;
    const query = withoutOthers(spec.query ?? noQuery);
    app.on(spec.method, honoPath(spec.path), (c) => serve(c, { operation, spec, handler, query, body }));
  }
  for (const path of new Set(all.map(([, spec]) => spec.path))) {
    const allow = all.filter(([, spec]) => spec.path === path).map(([, spec]) => spec.method);
    app.all(honoPath(path), (c) => wrongMethod(c, allow));
  }
  app.notFound((c) => fail(c, new AppError('not-found', 'There is nothing at this address of the API.')));
  app.onError((error, c) => fail(c as never, error));

  async function serve(c: Context<Bindings>, { operation, spec, handler, query, body }: Served) {
    const { requestId, peer } = c.env;
    const request = c.req.raw;
    // The body of a HEAD answer is thrown away, so a file's stream would never be read to its end.
    if (request.method === 'HEAD' && spec.output.kind !== 'json') return wrongMethod(c, [spec.method]);
    const principal = await deps.authorise(operation, spec, {
      headers: request.headers,
      url: request.url,
      address: peer.address,
    });
    const input = {
      params: spec.params && validate(spec.params, c.req.param(), 'path'),
      query: validate(query, queryObject(new URL(request.url).searchParams), 'query'),
      body: undefined as unknown,
    };
    const { value, stream } = isUnsafe(spec.method)
      ? await readBody(request, spec, options.jsonBodyMs)
      : { value: undefined, stream: null };
    if (body) input.body = validate(body, value, 'body');
    const call = { operation, spec, handler, principal, input, stream, request, requestId };
    const outcome = await deps.execute({ ...call, peerAddress: peer.address });
    return respond(spec, outcome, requestId, checkOutput);
  }

  const wrongMethod = (c: Context<Bindings>, allow: string[]) =>
    fail(c, new AppError('bad-request', `Use ${allow.join(' or ')} at this address.`), 405, {
      allow: allow.join(', '),
    });

  function fail(c: Context<Bindings>, error: unknown, status?: number, headers: Record<string, string> = {}) {
    const { requestId } = c.env;
    const known = asAppError(error);
    if (known.status >= 500 && (known.code !== 'unavailable' || isRefusedForNow(known)))
      deps.log.error({ requestId, err: error }, 'request failed unexpectedly');
    return problemResponse(known, { requestId, instance: c.req.path, headers, ...(status ? { status } : {}) });
  }

  return async (request, peer = { address: 'local' }) => {
    const requestId = randomUUID();
    const started = performance.now();
    const { pathname } = new URL(request.url);
    let response: Response;
    try {
      guardRequest(request, deps.allowedHosts);
      response = await app.fetch(request, { requestId, peer });
    } catch (error) {
      response = problemResponse(asAppError(error), { requestId, instance: pathname });
    }
    const ms = Math.round(performance.now() - started);
    deps.log.debug({ requestId, method: request.method, path: pathname, status: response.status, ms }, 'request');
    return response;
  };
}

/** Fixed paths before those with parameters, since the first match wins. */
function sortedRoutes(): [OperationId, RouteSpec][] {
  const list = Object.entries(routes) as unknown as [OperationId, RouteSpec][];
  const parameters = (path: string) => path.split('{').length;
  return list.sort(([, a], [, b]) => parameters(a.path) - parameters(b.path));
}

const honoPath = (path: string) => path.replace(/\{(\w+)\}/g, ':$1');
