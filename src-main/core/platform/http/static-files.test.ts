import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStaticFiles } from './static-files.ts';

describe('static files', () => {
  let base: string;
  let serve: (request: Request) => Promise<Response>;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'static-'));
    await mkdir(join(base, 'web', 'assets'), { recursive: true });
    await writeFile(join(base, 'web', 'index.html'), '<title>app</title>');
    await writeFile(join(base, 'web', 'assets', 'a-1234.js'), 'let a');
    await writeFile(join(base, 'secret.txt'), 'secret');
    serve = createStaticFiles(join(base, 'web'));
  });
  afterAll(() => rm(base, { recursive: true }));
  const get = (path: string, method = 'GET') => serve(new Request(`http://127.0.0.1${path}`, { method }));

  it('serves assets with their type and for ever, and the page afresh', async () => {
    const asset = await get('/assets/a-1234.js');
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    const page = await get('/');
    expect(await page.text()).toContain('<title>app');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
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
