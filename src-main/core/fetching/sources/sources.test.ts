import { createServer, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ReportServer, startReportServer } from '../testing/report-server.ts';
import { networkFailure } from './failures.ts';
import { retryAfterMs } from './http.ts';
import { createSource } from './index.ts';
import type { FetchAnswer, SourceConfig } from './source.ts';

let server: ReportServer;
beforeAll(async () => {
  server = await startReportServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  server.faults.length = 0;
  server.reports.clear();
  server.delayMs = 0;
});

const NOW = new Date('2026-11-23T10:00:00Z');
const WEEK_AGO = new Date('2026-11-16T10:00:00Z');
const login = { dsid: '123456', searchPartyToken: 'secret token' };
const config = (kind: SourceConfig['kind']): SourceConfig => ({
  kind,
  url: `${server.url}/${kind.replace('apple-', '')}`,
  anisetteUrl: kind === 'haystack' ? null : `${server.url}/anisette`,
  credentials: kind === 'haystack' ? { username: 'ada', password: 'pässword' } : login,
  entries: 'all',
});

const ask = (
  kind: SourceConfig['kind'],
  ids: string[],
  changes: Partial<SourceConfig> = {},
  timeoutMs = 5000,
): Promise<FetchAnswer> =>
  createSource({ ...config(kind), ...changes }, { fetch, now: () => NOW, timeoutMs }).fetch(ids, {
    startDate: WEEK_AGO,
    endDate: NOW,
    signal: new AbortController().signal,
  });

const payload = (byte: number) => Buffer.alloc(88, byte).toString('base64');

describe.each(['apple-older', 'apple-newer', 'haystack'] as const)('%s', (kind) => {
  it('answers reports by key', async () => {
    server.reports.set('a', [payload(1), payload(2)]).set('b', [payload(3)]);
    const answer = await ask(kind, ['a', 'b', 'c']);
    expect(answer).toMatchObject({ kind: 'reports', malformed: [] });
    const reports = answer.kind === 'reports' ? answer.reports : [];
    expect(reports.map((report) => [report.id, report.payload[0], report.payload.length])).toEqual([
      ['a', 1, 88],
      ['a', 2, 88],
      ['b', 3, 88],
    ]);
  });

  it.each([
    [401, 'login-expired', true],
    [541, 'login-expired', false],
    [429, 'throttled', false],
    [503, 'throttled', false],
    [500, 'server-error', true],
    [501, 'server-error', false],
    [404, 'bad-answer', false],
  ])('tells %i apart', async (status, reason, spurious) => {
    server.faults.push({ status, headers: { 'retry-after': '17' } });
    expect(await ask(kind, ['a'])).toMatchObject({ kind: 'failed', reason, status, spurious, retryAfterMs: 17_000 });
  });

  it('takes an empty 200 for inconclusive, and other bodies that aren’t the form for failed', async () => {
    server.faults.push(
      { status: 200, body: '' },
      { status: 200, body: '<html>' },
      { status: 200, body: '{"hello":1}' },
      { status: 200, body: '{"statusCode":"429"}' },
    );
    expect(await ask(kind, ['a'])).toEqual({ kind: 'empty' });
    expect(await ask(kind, ['a'])).toMatchObject({ kind: 'failed', reason: 'bad-answer', status: 200 });
    expect(await ask(kind, ['a'])).toMatchObject({ kind: 'failed', reason: 'bad-answer' });
    expect(await ask(kind, ['a'])).toMatchObject({ kind: 'failed', reason: 'throttled' });
  });

  it('says when the service can’t be reached or does not answer in time', async () => {
    const nowhere = { url: 'http://127.0.0.1:1/' };
    expect(await ask(kind, ['a'], nowhere)).toMatchObject({ kind: 'failed', reason: 'network', status: null });
    server.delayMs = 500;
    expect(await ask(kind, ['a'], {}, 100)).toMatchObject({ kind: 'failed', reason: 'timeout' });
  });

  it('stops at once when told to, and charges nobody', async () => {
    server.delayMs = 500;
    const stop = new AbortController();
    const source = createSource(config(kind), { fetch, now: () => NOW, timeoutMs: 5000 });
    const answer = source.fetch(['a'], { startDate: WEEK_AGO, endDate: NOW, signal: stop.signal });
    // Once it is there: one that comes late would take what the next test's service is to answer.
    await expect.poll(() => server.requests.length).toBeGreaterThan(0);
    stop.abort();
    expect(await answer).toMatchObject({ kind: 'failed', reason: 'stopped' });
  });

  it('takes ids in any writing of base64 for the same, and null for nothing', async () => {
    const id = `${'+/'.repeat(21)}A=`;
    const urlSafe = `${'-_'.repeat(21)}A`;
    const written = [id, urlSafe, `${id}\n`, ` ${urlSafe}=`];
    const older = { results: written.map((other) => ({ id: other, payload: payload(1) })) };
    const newer = {
      acsnLocations: { locationPayload: written.map((other) => ({ id: other, locationInfo: [payload(1)] })) },
    };
    server.faults.push({ status: 200, body: JSON.stringify(kind === 'apple-newer' ? newer : older) });
    const answer = await ask(kind, [id]);
    expect(answer.kind === 'reports' && answer.reports.map((report) => report.id)).toEqual([id, id, id, id]);
    const none = kind === 'apple-newer' ? { acsnLocations: { locationPayload: null } } : { results: null };
    server.faults.push({ status: 200, body: `\ufeff${JSON.stringify(none)}` });
    expect(await ask(kind, [id])).toEqual({ kind: 'reports', reports: [], malformed: [] });
  });

  it('keeps the good results of an answer that has bad ones', async () => {
    const older = { results: [{ id: 'a', payload: payload(1) }, { id: 5 }, null], statusCode: 200 };
    const newer = {
      acsnLocations: { statusCode: '200', locationPayload: [{ id: 'a', locationInfo: [payload(1), 7] }, {}] },
    };
    server.faults.push({ status: 200, body: JSON.stringify(kind === 'apple-newer' ? newer : older) });
    const answer = await ask(kind, ['a']);
    expect(answer).toMatchObject({ kind: 'reports', reports: [{ id: 'a', publishedAt: null }] });
    const malformed = answer.kind === 'reports' ? answer.malformed : [];
    expect(malformed.map(({ id, content }) => [id, Buffer.from(content).toString()])).toEqual(
      kind === 'apple-newer'
        ? [
            ['a', '{"id":"a","locationInfo":7}'],
            [null, '{}'],
          ]
        : [
            [null, '{"id":5}'],
            [null, 'null'],
          ],
    );
  });
});

it('sends Apple the login and one-time headers that are new for each request', async () => {
  await ask('apple-older', ['a']);
  await ask('apple-newer', ['a', 'b']);
  const [older, newer] = server.requests;
  expect(older!.headers.authorization).toBe(`Basic ${Buffer.from('123456:secret token').toString('base64')}`);
  expect(older!.headers['x-apple-i-md']).not.toBe(newer!.headers['x-apple-i-md']);
  expect(older!.headers).toMatchObject({ 'x-apple-i-md-m': 'machine', 'x-apple-i-md-rinfo': '17106176' });
  expect(older!.headers['x-mme-device-id']).toBe(newer!.headers['x-mme-device-id']);
  expect(older!.headers).not.toHaveProperty('x-evil');
  expect(older!.body).toEqual({ search: [{ startDate: +WEEK_AGO, endDate: +NOW, ids: ['a'] }] });
  expect(newer!.body).toMatchObject({
    clientContext: { clientBundleIdentifier: 'com.apple.icloud.searchpartyuseragent', policy: 'foregroundClient' },
    fetch: [
      { keyType: 1, startDate: +WEEK_AGO, endDate: +NOW, primaryIds: ['a'], secondaryIds: [], ownedDeviceIds: [] },
      { primaryIds: ['b'] },
    ],
  });
});

it('asks a haystack endpoint with days and Basic credentials', async () => {
  await ask('haystack', ['a']);
  expect(server.requests[0]!.body).toEqual({ ids: ['a'], days: 7 });
  expect(server.requests[0]!.headers.authorization).toBe(`Basic ${Buffer.from('ada:pässword').toString('base64')}`);
});

it('says what is missing before asking Apple', async () => {
  expect(await ask('apple-older', ['a'], { credentials: null })).toMatchObject({ reason: 'credentials' });
  expect(await ask('apple-older', ['a'], { anisetteUrl: null })).toMatchObject({ reason: 'anisette' });
  expect(await ask('apple-newer', ['a'], { anisetteUrl: `${server.url}/other` })).toMatchObject({ reason: 'anisette' });
  const away = { anisetteUrl: 'http://127.0.0.1:1/' };
  expect(await ask('apple-newer', ['a'], away)).toMatchObject({ reason: 'anisette' });
});

it('understands a packed answer whose head doesn’t say that it is packed', async () => {
  const packed = gzipSync(JSON.stringify({ results: [{ id: 'a', payload: payload(1) }] }));
  const packing = (async () => new Response(packed, { status: 200 })) as typeof fetch;
  const source = createSource(config('haystack'), { fetch: packing, now: () => NOW, timeoutMs: 5000 });
  const window = { startDate: WEEK_AGO, endDate: NOW, signal: new AbortController().signal };
  expect(await source.fetch(['a'], window)).toMatchObject({ kind: 'reports', reports: [{ id: 'a' }] });
});

it('says what to do, in the words of the source that was asked', async () => {
  const said = async (kind: SourceConfig['kind'], changes: Partial<SourceConfig> = {}) => {
    const answer = await ask(kind, ['a'], changes);
    return answer.kind === 'failed' ? answer.message : answer.kind;
  };
  for (const status of [401, 403, 541]) {
    server.faults.push({ status }, { status }, { status });
    expect(await said('apple-older')).toContain('import the fresh auth.json');
    const messages = [await said('haystack'), await said('haystack', { credentials: null })];
    for (const message of messages) {
      expect(message).toContain('log in again where it runs');
      expect(message).not.toContain('auth.json');
    }
  }
  // Not HTTP at all, as a mail server greets.
  const odd = await closingServer('220 mail.example ready\r\n');
  const saidOfOdd = await said('haystack', { url: odd.url });
  await odd.close();
  expect(saidOfOdd).toContain('no web service answers');
  const closing = await closingServer();
  const silent = { url: closing.url };
  expect(await said('haystack', silent)).toContain('its anisette server is down');
  expect(await said('apple-older', silent)).toContain('closed the connection');
  expect(await said('apple-older', { anisetteUrl: closing.url })).toContain('The anisette server failed');
  await closing.close();
  expect(await said('haystack', { url: server.url.replace('http:', 'https:') })).toContain('doesn’t speak HTTPS');
  expect(await said('haystack', { url: 'http://nowhere.invalid/' })).toContain('its name is not known');
  // A closed port is told as one where something else listens.
  expect(await said('haystack', silent)).toBe(saidOfOdd);
  const withLogin = await said('haystack', { url: server.url.replace('//', '//ada:pass@') });
  expect(withLogin).toContain('user name or password');
  expect(withLogin).not.toContain('pass@');
});

it.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
  ['CERT_HAS_EXPIRED', 'not valid today'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'belongs to another name'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'not trusted'],
])('has a sentence for %s', (code, words) => {
  const error = new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
  const signal = new AbortController().signal;
  expect(networkFailure(error, { who: 'haystack', hasLogin: false }, signal).message).toContain(words);
});

/** Closes each connection after zero bytes, as an endpoint without a login does, or after the words of something else. */
async function closingServer(words = ''): Promise<{ url: string; close(): Promise<void> }> {
  const tcp: Server = createServer((socket) => socket.once('data', () => socket.end(words)));
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const address = tcp.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, close: () => new Promise((resolve) => tcp.close(() => resolve())) };
}

it('reads Retry-After as seconds or as a date', () => {
  expect(retryAfterMs('120', NOW)).toBe(120_000);
  expect(retryAfterMs('Mon, 23 Nov 2026 10:01:00 GMT', NOW)).toBe(60_000);
  expect(retryAfterMs('Mon, 23 Nov 2026 09:00:00 GMT', NOW)).toBe(0);
  expect(retryAfterMs('soon', NOW)).toBeNull();
  expect(retryAfterMs('99999999', NOW)).toBe(86_400_000);
});
