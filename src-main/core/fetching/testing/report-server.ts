import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseHead } from '../../../../src-shared/domain/find-my/payload.ts';

export interface StandInRequest {
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
  ids: string[];
}

/** One answer that is given instead of the usual one. */
export interface Fault {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface ReportServer {
  url: string;
  requests: StandInRequest[];
  /** Payloads (base64) by hashed key, newest first. */
  reports: Map<string, string[]>;
  /** Most reports an answer; the keys that are asked first fill it. */
  cap: number;
  /** Keeps to the dates of the older form. */
  keepsDates: boolean;
  /** Taken one by one by the next requests for reports. */
  faults: Fault[];
  /** Requests for reports that overlapped another. */
  overlaps: number;
  delayMs: number;
  close(): Promise<void>;
}

/** A small stand-in for report sources: `/older`, `/newer` and `/haystack` answer in their forms, `/anisette` gives headers. */
export async function startReportServer(): Promise<ReportServer> {
  let passwords = 0;
  let active = 0;
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    const send = (status: number, text: string, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    if (path === '/anisette') {
      passwords++;
      send(200, JSON.stringify({ 'X-Apple-I-MD': `otp-${passwords}`, 'X-Apple-I-MD-M': 'machine', 'X-Evil': 'no' }));
      return;
    }
    if (request.method === 'GET') {
      send(200, '{}');
      return;
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    const body: unknown = JSON.parse(text);
    const ids = path === '/newer' ? newerIds(body) : olderIds(body);
    self.requests.push({ path, headers: request.headers, body, ids });
    // Taken before the delay: a request that its test gave up must not spoil an answer of the next one.
    const fault = self.faults.shift();
    if (active > 0) self.overlaps++;
    active++;
    if (self.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, self.delayMs));
    active--;
    if (fault) {
      send(fault.status, fault.body ?? '', fault.headers);
      return;
    }
    const from = self.keepsDates ? startOf(body) : 0;
    const all = ids.flatMap((id) => (self.reports.get(id) ?? []).map((payload) => ({ id, payload })));
    const found = all.filter(({ payload }) => timeOf(payload) >= from);
    const given = found.slice(0, self.cap);
    send(200, JSON.stringify(path === '/newer' ? newerAnswer(given) : olderAnswer(given)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: ReportServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    reports: new Map(),
    cap: Number.POSITIVE_INFINITY,
    keepsDates: false,
    faults: [],
    overlaps: 0,
    delayMs: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return self;
}

const startOf = (body: unknown) => (body as { search?: { startDate: number }[] }).search?.[0]?.startDate ?? 0;
const timeOf = (payload: string) => parseHead(Buffer.from(payload, 'base64'))?.timestampMs ?? Date.now();

interface Given {
  id: string;
  payload: string;
}

const olderAnswer = (given: Given[]) => ({
  results: given.map((report) => ({
    ...report,
    datePublished: 1_800_000_000_000,
    description: 'found',
    statusCode: 0,
  })),
  statusCode: '200',
});

const newerAnswer = (given: Given[]) => ({
  acsnLocations: {
    statusCode: '200',
    locationPayload: [...new Set(given.map((report) => report.id))].map((id) => ({
      id,
      locationInfo: given.filter((report) => report.id === id).map((report) => report.payload),
    })),
  },
});

const newerIds = (body: unknown) =>
  (body as { fetch: { primaryIds: string[] }[] }).fetch.flatMap((entry) => entry.primaryIds);
const olderIds = (body: unknown) => {
  const { search, ids } = body as { search?: { ids: string[] }[]; ids?: string[] };
  return search ? search.flatMap((entry) => entry.ids) : (ids ?? []);
};
