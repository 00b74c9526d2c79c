import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { ClientOutput, RouteSpec } from '../../src-shared/contract/route.ts';
import { API_PREFIX, type OperationId, type Routes, routes } from '../../src-shared/contract/routes.ts';

/** A request that the console made. */
export interface Asked {
  operation: OperationId;
  params: Record<string, string>;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: a spec looks into what it expects
  body: any;
}

/** An answer that is no success, as the server would give it. */
export class Refusal extends Error {
  readonly problem: object;
  readonly status: number;
  constructor(status: number, type: string, detail: string, more: object = {}) {
    super(detail);
    this.status = status;
    this.problem = { type: `/problems/${type}`, title: type, status, detail, ...more };
  }
}

export type Answers = {
  [K in OperationId]?: Routes[K]['output'] extends { kind: 'json' }
    ? ClientOutput<Routes[K]> | ((asked: Asked) => ClientOutput<Routes[K]>)
    : () => void;
};

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
const built = join(import.meta.dirname, '..', '..', 'out', 'renderer');

const patterns = (Object.entries(routes) as [OperationId, RouteSpec][]).map(([operation, spec]) => ({
  operation,
  spec,
  // A word goes before a parameter in the same place.
  rank: spec.path.split('{').length,
  pattern: new RegExp(`^${API_PREFIX}${spec.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));
patterns.sort((a, b) => a.rank - b.rank);

/**
 * The built console with nothing behind it: its screens in a real browser, whose requests are answered here and kept. An
 * answer that isn't of the contract's form fails, so that none says what the server never would. What nobody answers is
 * an empty list, or isn't found.
 */
export async function answered(answers: Answers) {
  const asked: Asked[] = [];
  const faults: string[] = [];

  async function answer(request: IncomingMessage, url: URL): Promise<{ status: number; body: unknown }> {
    const found = patterns.find(({ spec, pattern }) => spec.method === request.method && pattern.test(url.pathname));
    if (!found) throw new Refusal(404, 'not-found', 'There is no such address.');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const one: Asked = {
      operation: found.operation,
      params: { ...found.pattern.exec(url.pathname)?.groups },
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: found.spec.body?.kind === 'json' && text !== '' ? JSON.parse(text) : text,
    };
    asked.push(one);
    const given = answers[found.operation] as unknown;
    const value = typeof given === 'function' ? given(one) : given;
    const { output, status } = found.spec;
    if (output.kind !== 'json') return { status, body: undefined };
    const checked = output.schema.safeParse(value ?? { items: [], nextCursor: null });
    if (checked.success) return { status, body: checked.data };
    if (value !== undefined) faults.push(`${found.operation}: ${checked.error.message}`);
    throw new Refusal(404, 'not-found', 'This is not here.');
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://console.test');
    if (url.pathname === `${API_PREFIX}/events`) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: hello\ndata: ${JSON.stringify({ type: 'hello', at: new Date().toISOString() })}\n\n`);
      return;
    }
    if (url.pathname.startsWith(API_PREFIX)) {
      answer(request, url).then(
        ({ status, body }) => {
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(body === undefined ? undefined : JSON.stringify(body));
        },
        (error: unknown) => {
          if (!(error instanceof Refusal)) faults.push(String(error));
          const problem = error instanceof Refusal ? error : new Refusal(500, 'internal', String(error));
          response.writeHead(problem.status, { 'content-type': 'application/problem+json' });
          response.end(JSON.stringify(problem.problem));
        },
      );
      return;
    }
    const file = extname(url.pathname) === '' ? 'index.html' : url.pathname.slice(1);
    readFile(join(built, file)).then(
      (bytes) =>
        response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What was asked of one operation, oldest first. */
    asked: (operation: OperationId) => asked.filter((one) => one.operation === operation),
    /** Answers that the contract doesn't allow. */
    faults,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
