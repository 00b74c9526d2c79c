import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TileBox, tilesOf } from '../../../../src-shared/domain/map/tile-cover.ts';
import { createConnector } from '../../platform/http/connector.ts';
import { launchProcess } from '../../platform/workers/process.ts';
import { MapPacks, type PackSource, type RunPack } from './map-packs.ts';
import { packsElsewhere } from './pack-process.ts';
import { takeTiles } from './take-tiles.ts';
import { makePmtiles } from './testing/make-pmtiles.ts';
import { mapServer, parts } from './testing/map-server.ts';

const basel: TileBox = { west: 7.55, south: 47.53, east: 7.65, north: 47.58 };
const png = (text: string) => Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.from(text)]);
const all = (maxZoom: number) => Array.from({ length: maxZoom + 1 }, (_, z) => [...tilesOf([basel], z)]).flat();
const ALL = all(10).length;
const here: RunPack = (order, allowsPrivate, signal) =>
  takeTiles(order, { connect: createConnector({ allowsPrivate: async () => allowsPrivate }), signal });

describe('a map for use offline', () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof mapServer>>;
  let packs: MapPacks;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'packs-'));
    server = await mapServer((_request, response) => response.end());
  });
  afterAll(async () => {
    await packs?.stop();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = (run: RunPack = here, freeBytes = 1e9, name = `${++count}.mbtiles`) =>
    new MapPacks({
      path: join(folder, name),
      run,
      allowsPrivate: async () => false,
      log: pino({ level: 'silent' }),
      now: () => new Date('2026-11-30T12:00:00Z'),
      pauseMs: 0,
      retryMs: [1],
      freeBytes: async () => freeBytes,
    });
  beforeEach(async () => {
    await packs?.stop();
    packs = open();
    server.paths.length = 0;
  });

  const tileServer = (): PackSource => ({
    spec: { kind: 'tile-server', url: `${server.url}/{z}/{x}/{y}.png`, maxZoom: 19, attribution: 'Someone' },
    name: server.url,
    host: new URL(server.url).host,
  });
  const remote = (): PackSource => ({
    spec: { kind: 'pmtiles', url: `${server.url}/a.pmtiles`, attribution: 'Someone' },
    name: `${server.url}/a.pmtiles`,
    host: new URL(server.url).host,
  });
  const asked = (source: PackSource, maxZoom = 10, boxes = [basel]) => {
    const total = Array.from({ length: maxZoom + 1 }, (_, z) => [...tilesOf(boxes, z)].length).reduce((a, b) => a + b);
    return { source, label: 'Basel', target: { kind: 'area' as const, ...basel }, boxes, maxZoom, total };
  };
  const take = async (source: PackSource, maxZoom?: number) => {
    const { id } = packs.create(asked(source, maxZoom));
    await packs.settled();
    return packs.list().find((pack) => pack.id === id)!;
  };

  it('is nothing, and no file, until one is taken', () => {
    expect(packs.list()).toEqual([]);
    expect(packs.peek()).toBeNull();
  });

  it('comes from a tile server, each tile once, and is read as other programs read it', async () => {
    server.answer((request, response) => response.end(png(request.url ?? '')));
    expect(await take(tileServer())).toMatchObject({ state: 'ready', done: ALL, total: ALL, error: null });
    expect(server.paths.toSorted()).toEqual(
      all(10)
        .map(({ z, x, y }) => `/${z}/${x}/${y}.png`)
        .toSorted(),
    );
    for (const at of all(10)) expect(Buffer.from(packs.peek()!.tile(at)!)).toEqual(png(`/${at.z}/${at.x}/${at.y}.png`));
    expect(packs.peek()!.tile({ z: 10, x: 0, y: 0 })).toBeNull();
    expect(packs.peek()!.map()).toMatchObject({ format: 'png', attribution: 'Someone' });
  });

  it('comes from a PMTiles address by parts; where the file has no tile there is none', async () => {
    const vector = (n: number) => Uint8Array.from([0x1a, 2, 0x78, n]);
    const tiles = all(10)
      .slice(1)
      .map((at, n) => ({ ...at, data: vector(n) }));
    const file = makePmtiles(tiles, 1);
    server.answer(parts(() => file));
    expect(await take(remote())).toMatchObject({ state: 'ready', done: ALL, total: ALL });
    for (const { data, ...at } of tiles) expect(new Uint8Array(gunzipSync(packs.peek()!.tile(at)!))).toEqual(data);
    expect(packs.peek()!.tile({ z: 0, x: 0, y: 0 })).toBeNull();
    expect(packs.peek()!.map()).toMatchObject({ format: 'pbf', maxZoom: 10 });
  });

  it('goes on where it ended, and is taken anew when asked; what is there stays meanwhile', async () => {
    let left = 5;
    server.answer((request, response) => {
      if (left-- > 0) response.end(png(request.url ?? ''));
      else response.writeHead(503).end();
    });
    const failed = await take(tileServer());
    expect(failed).toMatchObject({ state: 'failed', error: expect.stringMatching(/status 503/) });
    expect(failed.done).toBe(5);
    server.answer((request, response) => response.end(png(request.url ?? '')));
    server.paths.length = 0;
    packs.resume(failed.id, tileServer());
    await packs.settled();
    expect(packs.list()[0]).toMatchObject({ state: 'ready', done: ALL, error: null });
    expect(server.paths).toHaveLength(ALL - 5);

    server.answer((_request, response) => response.end(png('new')));
    packs.update(failed.id, asked(tileServer()));
    expect(packs.peek()!.tile({ z: 3, x: 4, y: 2 })).not.toBeNull();
    await packs.settled();
    expect(Buffer.from(packs.peek()!.tile({ z: 3, x: 4, y: 2 })!)).toEqual(png('new'));
    expect(packs.list()[0]).toMatchObject({ state: 'ready', done: ALL });
  });

  it('is stopped, and says after a restart that it was', async () => {
    const begun = Promise.withResolvers<void>();
    server.answer(() => begun.resolve());
    const { id } = packs.create(asked(tileServer()));
    const next = packs.create(asked(tileServer()));
    await begun.promise;
    expect(await packs.halt(next.id)).toMatchObject({ state: 'paused' });
    expect(await packs.halt(id)).toMatchObject({ state: 'paused', error: null });
    packs.resume(id, tileServer());
    const again = open(here, 1e9, `${count}.mbtiles`);
    expect(again.list()[0]).toMatchObject({ state: 'paused', error: expect.stringMatching(/console was stopped/) });
    await again.stop();
  });

  it('of another address replaces the one before, tiles that are gone among it', async () => {
    server.answer((request, response) => response.end(png(request.url ?? '')));
    const { id } = await take(tileServer(), 4);
    const other = { ...tileServer(), name: 'another address' };
    server.answer((request, response) => {
      if (request.url?.startsWith('/4/')) response.writeHead(404).end();
      else response.end(png('other'));
    });
    expect(() => packs.resume(id, other)).toThrow(/has changed/);
    packs.update(id, asked(other, 4));
    await packs.settled();
    const file = packs.peek()!;
    expect(all(4).map((at) => file.tile(at) !== null)).toEqual(all(4).map(({ z }) => z < 4));
    expect(packs.list()[0]).toMatchObject({ state: 'ready', isOfOtherMap: false });
    await packs.delete(id);
    file.setMap({ source: server.url, format: 'png', attribution: '', maxZoom: 4 });
    expect(file.hasTiles()).toBe(false);
  });

  it('in a file that is damaged is put aside, and taken again', async () => {
    await packs.stop();
    const name = `${++count}.mbtiles`;
    await writeFile(join(folder, name), 'not a database at all, but long enough to look like one'.repeat(100));
    packs = open(here, 1e9, name);
    expect(packs.list()).toEqual([]);
    server.answer((request, response) => response.end(png(request.url ?? '')));
    expect(await take(tileServer(), 2)).toMatchObject({ state: 'ready' });
    expect((await readdir(folder)).some((one) => one.startsWith(`${name}.damaged-`))).toBe(true);
  });

  it('that is deleted leaves what others share', async () => {
    server.answer((request, response) => response.end(png(request.url ?? '')));
    const first = await take(tileServer(), 10);
    await take(tileServer(), 8);
    await packs.delete(first.id);
    expect(packs.list()).toHaveLength(1);
    const file = packs.peek()!;
    expect(
      all(10)
        .filter((at) => file.tile(at))
        .map(({ z }) => z),
    ).toEqual(all(8).map(({ z }) => z));
    await packs.delete(packs.list()[0]!.id);
    expect(file.hasTiles()).toBe(false);
  });

  it.each<[string, Parameters<typeof server.answer>[0], RegExp]>([
    ['a page', (_q, r) => r.end('<!doctype html><title>Log in</title>'), /a page instead of tiles/],
    ['something else', (_q, r) => r.end('{"error":"no"}'), /something other than tiles/],
    ['10 MB', (_q, r) => r.end(Buffer.concat([png(''), Buffer.alloc(10_000_000)])), /larger than 2 MB/],
    ['a refusal', (_q, r) => void r.writeHead(403).end(), /refuses to send tiles \(403\)/],
    ['another address', (_q, r) => void r.writeHead(302, { location: '/' }).end(), /another address \(302\)/],
    ['too many requests', (_q, r) => void r.writeHead(429).end(), /too much at once/],
    ['nothing', (q) => void q.socket.destroy(), /doesn’t answer/],
    [
      'half an answer',
      (_q, r) => void r.writeHead(200, { 'content-length': 99 }).write('x', () => r.destroy()),
      /in the middle/,
    ],
  ])('from a tile server that sends %s fails in words', async (_what, answer, why) => {
    server.answer(answer);
    expect(await take(tileServer(), 2)).toMatchObject({ state: 'failed', error: expect.stringMatching(why) });
    expect(packs.peek()!.hasTiles()).toBe(false);
  });

  it('from a PMTiles address that is cut, damaged, whole or none fails in words', async () => {
    const file = makePmtiles(
      all(8).map((at) => ({ ...at, data: png('x'.repeat(20_000)) })),
      2,
    );
    const why = async () => (await take(remote(), 8)).error;
    server.answer(parts(() => file.subarray(0, 30_000)));
    expect(await why()).toMatch(/it is incomplete/);
    server.answer(parts(() => Buffer.concat([file.subarray(0, 127), Buffer.alloc(20_000, 7), file.subarray(20_127)])));
    expect(await why()).toMatch(/is damaged|not a PMTiles file/);
    server.answer(parts(() => Buffer.alloc(200_000, 1)));
    expect(await why()).toMatch(/not a PMTiles file of version 3/);
    server.answer((_request, response) => response.end(file));
    expect(await why()).toMatch(/the whole file instead of the part/);
    server.answer((_request, response) => void response.writeHead(404).end());
    expect(await why()).toMatch(/no file at this address/);
  });

  it('on a disk that fills stops, keeps what it has, and goes on when there is room', async () => {
    await packs.stop();
    let free = 400_000;
    packs = open((order, ...rest) => here({ ...order, mostBytes: free }, ...rest));
    server.answer((_request, response) => response.end(png('x'.repeat(60_000))));
    const failed = await take(tileServer(), 13);
    expect(failed).toMatchObject({ state: 'failed', error: expect.stringMatching(/no room left/) });
    free = 1e9;
    packs.resume(failed.id, tileServer());
    await packs.settled();
    expect(packs.list()[0]).toMatchObject({ state: 'ready', error: null });
  });

  it('asks no address of a private network', async () => {
    const source = {
      ...tileServer(),
      spec: { ...tileServer().spec, url: 'https://10.1.2.3/{z}/{x}/{y}.png' },
    } as PackSource;
    expect((await take(source, 2)).error).toMatch(/private network/);
    const metadata = { ...remote(), spec: { ...remote().spec, url: 'http://169.254.169.254/a.pmtiles' } } as PackSource;
    expect((await take(metadata, 2)).error).toMatch(/never asks/);
  });

  it('is taken by a process of its own, which ends with it', async () => {
    await packs.stop();
    const entry = pathToFileURL(join(import.meta.dirname, '../../../../src-worker/map-packer.ts'));
    packs = open(packsElsewhere({ url: entry, launch: launchProcess }));
    server.answer((request, response) => response.end(png(request.url ?? '')));
    expect(await take(tileServer(), 6)).toMatchObject({ state: 'ready', error: null });
    server.answer((_request, response) => response.end('<html>'));
    expect((await take({ ...tileServer(), name: 'other' }, 2)).error).toMatch(/a page instead of tiles/);
    expect(existsSync(join(folder, `${count}.mbtiles`))).toBe(true);
  });
});
