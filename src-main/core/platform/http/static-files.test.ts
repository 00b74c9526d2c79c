import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../../../../tools/build/compress.ts';
import { createStaticFiles } from './static-files.ts';

describe('static files', () => {
  let base: string;
  let serve: (request: Request) => Promise<Response>;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'static-'));
    await mkdir(join(base, 'web', 'assets'), { recursive: true });
    await writeFile(join(base, 'web', 'index.html'), '<title>app</title>');
    await writeFile(join(base, 'web', 'assets', 'a-1234.js'), 'let a');
    await mkdir(join(base, 'web', 'documents'));
    await writeFile(join(base, 'web', 'documents', 'one.html'), '<title>app of a tracker</title>');
    const documents = { '/trackers/:trackerId': 'documents/one.html' };
    await writeFile(join(base, 'web', 'documents.json'), JSON.stringify(documents));
    await writeFile(join(base, 'secret.txt'), 'secret');
    await writeFile(join(base, 'web', 'assets', 'big-5678.js'), 'let big; '.repeat(500));
    await compress(join(base, 'web'));
    serve = createStaticFiles(join(base, 'web'));
  });
  afterAll(() => rm(base, { recursive: true }));
  const get = (path: string, method = 'GET') => serve(new Request(`http://127.0.0.1${path}`, { method }));

  it('serves assets with their type and for ever, and the page afresh', async () => {
    const asset = await get('/assets/a-1234.js');
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    for (const path of ['/', '/index.html']) {
      const page = await get(path);
      expect(await page.text()).toContain('<title>app');
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
      // The station reads codes by camera; nothing needs more.
      expect(page.headers.get('permissions-policy')).toContain('camera=(self), microphone=()');
    }
  });

  it('answers a path with the document of its page, and any other with the one that all start from', async () => {
    const page = await get('/trackers/7?tab=reports');
    expect(await page.text()).toContain('app of a tracker');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    for (const other of ['/', '/trackers', '/trackers/7/8', '/login'])
      expect(await (await get(other)).text()).toBe('<title>app</title>');
  });

  it('sends the smallest form that is taken, each with a tag of its own', async () => {
    const big = (headers: Record<string, string>) =>
      serve(new Request('http://127.0.0.1/assets/big-5678.js', { headers }));
    const text = 'let big; '.repeat(500);
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
    const tags = new Set<string | null>();
    for (const [taken, coding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
    ] as const) {
      const answer = await big({ 'accept-encoding': taken });
      expect(answer.headers.get('content-encoding')).toBe(coding);
      expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(answer.headers.get('vary')).toBe('accept-encoding');
      const body = Buffer.from(await answer.arrayBuffer());
      expect(body.length).toBeLessThan(100);
      expect(unpack[coding](body).toString()).toBe(text);
      tags.add(answer.headers.get('etag'));
    }
    const plain = await big({});
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(text);
    tags.add(plain.headers.get('etag'));
    expect(tags.size).toBe(3);
    // Too small to be worth it.
    const small = new Request('http://127.0.0.1/assets/a-1234.js', { headers: { 'accept-encoding': 'br' } });
    expect((await serve(small)).headers.get('content-encoding')).toBeNull();
  });

  it('sends nothing again that has not changed, and the new page when it has', async () => {
    const tag = (await get('/')).headers.get('etag')!;
    const asked = () => serve(new Request('http://127.0.0.1/', { headers: { 'if-none-match': tag } }));
    const same = await asked();
    expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', tag]);
    expect(same.headers.get('content-security-policy')).toContain("script-src 'self'");
    await writeFile(join(base, 'web', 'index.html'), '<title>app of today</title>');
    const changed = await asked();
    expect([changed.status, await changed.text()]).toEqual([200, '<title>app of today</title>']);
    await writeFile(join(base, 'web', 'index.html'), '<title>app</title>');
  });

  it('answers a screen’s address with the page and a missing asset with 404', async () => {
    expect(await (await get('/trackers/17')).text()).toContain('<title>app');
    expect((await get('/assets/missing.js')).status).toBe(404);
  });

  it.each([
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/%00.js',
    '/%zz',
  ])('never leaves its folder: %s', async (path) => {
    const answer = await get(path);
    expect(await answer.text()).not.toContain('secret');
  });

  it('only reads', async () => {
    expect((await get('/', 'POST')).status).toBe(405);
  });
});
