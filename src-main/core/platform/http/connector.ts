import { lookup as resolve } from 'node:dns/promises';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { reachOf } from './addresses.ts';

/** Why an address is not connected to. The sentence is for whoever set it. */
export class ForbiddenAddress extends Error {
  readonly code = 'FORBIDDEN_ADDRESS';
  constructor(message: string) {
    super(message);
    this.name = 'ForbiddenAddress';
  }
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}
/** Asks an address that a person has set. Any answer resolves, 3xx as well: a redirect is never followed. */
export type Connect = (url: string, asked?: Asked) => Promise<Response>;

const nowhere = () =>
  new ForbiddenAddress(
    'This address is link-local, reserved, or of a metadata service. The console never asks such addresses.',
  );
const notAllowed = () =>
  new ForbiddenAddress(
    'This address is in a private network. An administrator can allow these under Settings, Network.',
  );
const notSecure = () => new ForbiddenAddress('Use https://; http:// is for programs on this machine only.');

export interface ConnectorOptions {
  /** Whether private networks may be asked; read for each request. */
  allowsPrivate: () => Promise<boolean>;
  /** How names are resolved; for tests. */
  lookUp?: (host: string) => Promise<{ address: string; family: number }[]>;
}

/**
 * Judges where an address leads now, for what asks it by itself: the tile server, which browsers ask. Rejects with
 * ForbiddenAddress. A name that can't be resolved here passes.
 */
export async function judgeAddress(text: string, options: ConnectorOptions): Promise<void> {
  await judgedAddresses(new URL(text), options).catch((error: unknown) => {
    if (error instanceof ForbiddenAddress) throw error;
  });
}

async function judgedAddresses(url: URL, options: ConnectorOptions) {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw notSecure();
  const lookUp = options.lookUp ?? ((host: string) => resolve(host, { all: true, verbatim: true }));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookUp(host);
  return judged(found, url.protocol, options.allowsPrivate);
}

/**
 * The one way from the console to addresses that people set: sources, anisette servers and webhooks. Names are resolved
 * when the connection is made, each address that they lead to is judged, and the connection goes to those very
 * addresses, so that no second look-up can lead elsewhere. `https` unless loopback.
 */
export function createConnector(options: ConnectorOptions): Connect {
  return async (text, { method = 'GET', headers = {}, body, signal } = {}) => {
    const url = new URL(text);
    signal?.throwIfAborted();
    const allowed = await judgedAddresses(url, options);
    // One connection for one request: a kept one may have been allowed by other settings.
    const pinned: LookupFunction = (_host, { all }, done) =>
      all ? done(null, allowed) : done(null, allowed[0]!.address, allowed[0]!.family);
    const secure = url.protocol === 'https:';
    const agent = secure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
    return new Promise<Response>((answered, failed) => {
      const sent = (secure ? requestHttps : requestHttp)(
        url,
        {
          method,
          agent,
          lookup: pinned,
          // What is unpacked has no bound.
          headers: { 'accept-encoding': 'identity', ...headers, ...lengthOf(body) },
          ...(signal ? { signal } : {}),
        },
        (answer) => answered(responseOf(answer)),
      );
      sent.on('error', (error) => failed(signal?.aborted ? signal.reason : error));
      sent.end(body);
    });
  };
}

/** Every address of a name must be allowed: which of them is taken is chance. */
async function judged(
  found: { address: string; family: number }[],
  protocol: string,
  allowsPrivate: () => Promise<boolean>,
): Promise<{ address: string; family: number }[]> {
  const reaches = found.map(({ address }) => reachOf(address));
  if (reaches.length === 0 || reaches.includes('never')) throw nowhere();
  if (protocol === 'http:' && reaches.some((reach) => reach !== 'loopback')) throw notSecure();
  if (reaches.includes('private') && !(await allowsPrivate())) throw notAllowed();
  return found;
}

const lengthOf = (body: string | undefined) =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
const withoutBody = new Set([101, 204, 205, 304]);

function responseOf(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2)
    headers.append(answer.rawHeaders[at] as string, answer.rawHeaders[at + 1] as string);
  const status = answer.statusCode ?? 500;
  if (withoutBody.has(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status, headers });
}
