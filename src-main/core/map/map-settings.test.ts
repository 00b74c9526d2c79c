import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tileOrigin } from '../../../src-shared/contract/map-settings.ts';
import { insertRun } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { imageOrigins } from './image-origins.ts';

/** Begins as every PMTiles file of version 3 does. */
const file = Buffer.concat([Buffer.from('PMTiles\x03'), Buffer.from(Array.from({ length: 200 }, (_, n) => n))]);

describe.each(testEngines())('the base map on $name', ({ create }) => {
  let database: TestDatabase;
  let running: TestConsole;
  let admin: string;
  let viewer: string;
  beforeAll(async () => {
    database = await create();
    running = await testConsole(database);
    admin = await running.signIn('admin');
    const { clientId } = await insertRun(database.db, 'Aurora', '2026-11-01', '2026-11-30');
    viewer = await running.signIn('client-viewer', clientId);
    const folder = join(running.parts.config.dataDir, 'maps');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'europe.pmtiles'), file);
    await writeFile(join(folder, 'other.pmtiles'), 'not tiles at all');
    await writeFile(join(folder, 'notes.txt'), 'x');
  });
  afterAll(() => running?.close());
  const change = (body: object, as = admin) => running.send('PATCH', '/map/settings', { as, body });

  it('is the bundled one at first, for everybody', async () => {
    const { body } = await running.send('GET', '/map/settings', { as: viewer });
    expect(body).toMatchObject({ baseMap: 'bundled', tileUrl: null, pmtiles: null });
    expect((await running.send('GET', '/map/tiles.pmtiles', { as: viewer })).status).toBe(404);
  });

  it('is a tile server whose origin the pages may then take images from, and no other', async () => {
    expect(await imageOrigins(database.db)).toEqual([]);
    const tileUrl = 'https://tiles.example.org:8443/base/{z}/{x}/{y}.png';
    expect((await change({ baseMap: 'tile-server', tileUrl, attribution: 'Someone' })).status).toBe(200);
    expect(await imageOrigins(database.db)).toEqual(['https://tiles.example.org:8443']);
    expect((await running.send('GET', '/map/settings', { as: viewer })).body).toMatchObject({ tileUrl });
    await change({ baseMap: 'bundled' });
    expect(await imageOrigins(database.db)).toEqual([]);
  });

  it('is no tile server in the networks that browsers must not be led to either', async () => {
    const at = async (host: string) => (await change({ tileUrl: `https://${host}/{z}/{x}/{y}.png` })).body;
    // Metadata, also written as one number; private.
    for (const host of ['169.254.169.254', '2852039166', '0xa9fea9fe', '10.1.2.3'])
      expect((await at(host)).fields, host).toMatchObject([{ path: 'tileUrl' }]);
    const allow = (privateNetworks: boolean) =>
      running.send('PATCH', '/network-settings', { as: admin, body: { privateNetworks } });
    await allow(true);
    expect(await at('10.1.2.3')).toMatchObject({ tileUrl: 'https://10.1.2.3/{z}/{x}/{y}.png' });
    expect((await at('169.254.169.254')).fields).toHaveLength(1);
    await allow(false);
  });

  it('is an MBTiles file, given out tile by tile', async () => {
    const path = join(running.parts.config.dataDir, 'maps', 'town.mbtiles');
    const made = new Sqlite(path);
    made.exec(`create table metadata (name text, value text); insert into metadata values ('format', 'png'), ('maxzoom', '3');
      create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
      insert into tiles values (3, 4, 5, x'89504e47')`);
    made.close();
    await writeFile(join(running.parts.config.dataDir, 'maps', 'none.mbtiles'), 'no tiles');
    expect((await change({ baseMap: 'pmtiles', pmtilesFile: 'none.mbtiles' })).body.fields).toHaveLength(1);
    expect((await change({ baseMap: 'pmtiles', pmtilesFile: 'town.mbtiles' })).status).toBe(200);
    const { body } = await running.send('GET', '/map/settings', { as: viewer });
    expect(body.mbtiles).toEqual({ isVector: false, maxZoom: 3 });
    const tile = async (place: string) => {
      const answer = await running.raw('GET', `/map/tiles/${place}?of=file&version=x`, { as: viewer });
      return Buffer.from(await answer.arrayBuffer()).toString('hex');
    };
    // Rows are counted from the south.
    expect([await tile('3/4/2'), await tile('3/4/5')]).toEqual(['89504e47', '']);
    expect((await running.send('GET', '/map/tiles.pmtiles', { as: viewer })).status).toBe(404);
    await change({ baseMap: 'bundled', pmtilesFile: null });
    await rm(path);
    await rm(join(running.parts.config.dataDir, 'maps', 'none.mbtiles'));
  });

  it('is a file of the maps folder, given out whole or by ranges', async () => {
    const { body: listed } = await running.send('GET', '/map/files', { as: admin });
    expect(listed.files.map(({ name }: { name: string }) => name)).toEqual(['europe.pmtiles', 'other.pmtiles']);
    expect((await change({ baseMap: 'pmtiles', pmtilesFile: 'europe.pmtiles' })).status).toBe(200);
    const { body } = await running.send('GET', '/map/settings', { as: viewer });
    expect(body.pmtiles).toMatchObject({ bytes: file.length });
    const get = async (range?: string) => {
      const response = await running.raw('GET', '/map/tiles.pmtiles', {
        as: viewer,
        ...(range ? { headers: { range } } : {}),
      });
      return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()), headers: response.headers };
    };
    expect(await get()).toMatchObject({ status: 200, bytes: file });
    const part = await get('bytes=8-107');
    expect(part).toMatchObject({ status: 206, bytes: file.subarray(8, 108) });
    expect(part.headers.get('content-range')).toBe(`bytes 8-107/${file.length}`);
    expect(await get('bytes=200-')).toMatchObject({ status: 206, bytes: file.subarray(200) });
    expect(await get('bytes=-5')).toMatchObject({ status: 206, bytes: file.subarray(-5) });
    expect(await get('bytes=9000-')).toMatchObject({ status: 400 });
    expect(await get('pages=1-2')).toMatchObject({ status: 200, bytes: file });
  });

  it('refuses what would not be a map, and names the field', async () => {
    for (const [body, path] of [
      [{ baseMap: 'pmtiles', pmtilesFile: 'gone.pmtiles' }, 'pmtilesFile'],
      [{ baseMap: 'pmtiles', pmtilesFile: 'other.pmtiles' }, 'pmtilesFile'],
      [{ baseMap: 'pmtiles', pmtilesFile: '../keys/console-key.pmtiles' }, 'pmtilesFile'],
      [{ baseMap: 'tile-server', tileUrl: null }, 'tileUrl'],
      [{ tileUrl: 'http://tiles.example.org/{z}/{x}/{y}.png' }, 'tileUrl'],
    ] as const) {
      const { status, body: problem } = await change(body);
      expect(status).toBe(422);
      expect(problem.errors?.[0]?.path ?? problem.fields?.[0]?.path).toBe(path);
    }
    expect((await change({ baseMap: 'bundled' }, viewer)).status).toBe(403);
  });
});

it('names an origin only of addresses that a policy can hold', () => {
  expect(tileOrigin('https://a.example/{z}/{x}/{y}')).toBe('https://a.example');
  expect(tileOrigin('http://127.0.0.1:8080/{z}/{x}/{y}.png?key=1')).toBe('http://127.0.0.1:8080');
  for (const bad of [
    'http://a.example/{z}/{x}/{y}',
    'https://{s}.a.example/{z}/{x}/{y}',
    'https://a.example/{z}/{x}',
    "https://a.example/{z}/{x}/{y}; script-src 'unsafe-inline'",
    'https://user@a.example/{z}/{x}/{y}',
    'data:{z}/{x}/{y}',
  ])
    expect(tileOrigin(bad)).toBeNull();
});
