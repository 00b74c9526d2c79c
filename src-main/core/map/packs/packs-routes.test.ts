import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../../testing/company.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { mapServer } from './testing/map-server.ts';

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
const area = { kind: 'area', west: 7.55, south: 47.53, east: 7.65, north: 47.58 };

describe.each(testEngines())('maps for use offline, on $name', ({ create }) => {
  let database: TestDatabase;
  let running: TestConsole;
  let server: Awaited<ReturnType<typeof mapServer>>;
  let admin: string;
  let run: { clientId: number; runId: number };
  beforeAll(async () => {
    database = await create();
    running = await testConsole(database);
    server = await mapServer((_request, response) => response.end(png));
    admin = await running.signIn('admin');
    run = await insertRun(database.db, 'Aurora', '2026-11-01', '2026-11-30');
  });
  afterAll(async () => {
    await running?.close();
    await server?.close();
  });
  const settings = (body: object) => running.send('PATCH', '/map/settings', { as: admin, body });
  const plan = async (target: object, maxZoom = 10) =>
    (await running.send('POST', '/map-packs/plan', { as: admin, body: { target, maxZoom } })).body;
  const list = async () => (await running.send('GET', '/map-packs', { as: admin })).body.items;

  it('come from where the settings allow it, and nowhere else', async () => {
    expect(await plan(area)).toMatchObject({
      host: null,
      problem: expect.stringMatching(/bundled map has no streets/),
    });
    const osm = 'https://tile.openstreetmap.org/{z}/{x}/{y}.png';
    await settings({ baseMap: 'tile-server', tileUrl: osm, attribution: 'Someone' });
    expect((await plan(area)).problem).toMatch(/OpenStreetMap may not be downloaded in bulk/);
    expect((await settings({ mayTakeAreas: true })).body.fields).toMatchObject([{ path: 'mayTakeAreas' }]);
    await settings({ tileUrl: `${server.url}/{z}/{x}/{y}.png` });
    expect((await plan(area)).problem).toMatch(/not marked as allowing downloads/);
    const refused = await running.send('POST', '/map-packs', {
      as: admin,
      body: { target: area, maxZoom: 10, label: 'Basel' },
    });
    expect(refused.status).toBe(409);
    expect(await list()).toEqual([]);
    await settings({ mayTakeAreas: true });
    const { problem, zooms, host, seconds } = await plan(area);
    expect({ problem, host }).toEqual({ problem: null, host: new URL(server.url).host });
    expect(zooms).toHaveLength(11);
    expect(zooms[0]).toMatchObject({ zoom: 0, tiles: 1 });
    expect(seconds).toBeGreaterThan(0);
    const world = { kind: 'area', west: -180, south: -85, east: 180, north: 85 };
    expect((await plan(world, 14)).problem).toMatch(/more than 200,000 tiles/);
    expect(
      (await settings({ baseMap: 'pmtiles-address', pmtilesUrl: 'https://169.254.169.254/a.pmtiles' })).body.fields,
    ).toMatchObject([{ path: 'pmtilesUrl' }]);
  });

  it('are of the fences of a run and a client, and of where its trackers are', async () => {
    expect((await plan({ kind: 'run', productionRunId: run.runId })).problem).toMatch(/nothing on the map to download/);
    const [tracker] = await insertTrackers(database.db, { count: 1, runId: run.runId });
    await database.db.query(sql`update tracker_status set last_position = st_makepoint(2.35, 48.85)::geography
      where tracker_id = ${tracker!.id}::bigint`);
    await database.db.query(sql`
      with l as (
        insert into locations (kind, name, position, geofence_radius_m, production_run_id)
        values ('storage', 'Depot', st_makepoint(-73.98, 40.75)::geography, 100, ${run.runId}::bigint) returning id)
      select id from l`);
    const tiles = async (target: object) => {
      const { zooms } = await plan(target, 12);
      return zooms.at(-1).tiles as number;
    };
    const [ofRun, ofClient] = [
      await tiles({ kind: 'run', productionRunId: run.runId }),
      await tiles({ kind: 'client', clientId: run.clientId }),
    ];
    expect(ofClient).toBeGreaterThan(0);
    expect(ofRun).toBeGreaterThan(ofClient);
    expect(ofRun).toBeLessThan(20);
  });

  it('are taken, shown, updated and deleted, each act audited', async () => {
    const made = await running.send('POST', '/map-packs', {
      as: admin,
      body: { target: area, maxZoom: 10, label: 'Basel' },
    });
    expect(made).toMatchObject({ status: 202, body: { label: 'Basel', target: area } });
    await running.parts.mapPacks.settled();
    const [pack] = await list();
    expect(pack).toMatchObject({ state: 'ready', error: null, isOfOtherMap: false });
    const tile = async (path: string) =>
      Buffer.from(await (await running.raw('GET', `/map/tiles/${path}`, { as: admin })).arrayBuffer());
    expect(await tile('0/0/0')).toEqual(png);
    expect(await tile('10/0/0')).toHaveLength(0);
    const shown = (await running.send('GET', '/map/settings', { as: admin })).body;
    expect(shown.packs).toMatchObject({ isVector: false, maxZoom: 10, attribution: 'Someone' });
    const act = (action: string) =>
      running.send('POST', `/map-packs/${pack.id}/actions`, { as: admin, body: { action } });
    expect((await act('update')).status).toBe(202);
    await running.parts.mapPacks.settled();
    expect((await list())[0].state).toBe('ready');
    expect((await act('stop')).body.state).toBe('ready');
    expect((await running.send('DELETE', `/map-packs/${pack.id}`, { as: admin })).status).toBe(204);
    expect(await list()).toEqual([]);
    expect((await running.send('GET', '/map/settings', { as: admin })).body.packs).toBeNull();
    expect((await act('update')).status).toBe(404);
    const { rows } = await database.db.query<{ action: string }>(
      sql`select action from audit_entries where action like 'map-pack.%' order by sequence`,
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'map-pack.create',
      'map-pack.act',
      'map-pack.act',
      'map-pack.delete',
    ]);
    const viewer = await running.signIn('client-viewer', run.clientId);
    expect((await running.raw('GET', '/map-packs', { as: viewer })).status).toBe(403);
  });

  it('a PMTiles address is read through the console, by parts and never whole', async () => {
    const file = Buffer.concat([Buffer.from('PMTiles\x03'), Buffer.alloc(500, 7)]);
    server.answer((request, response) => {
      const [, from = '0', to = '0'] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${file.length}` });
      response.end(file.subarray(Number(from), Number(to) + 1));
    });
    await settings({ baseMap: 'pmtiles-address', pmtilesUrl: `${server.url}/a.pmtiles` });
    const get = (range?: string) =>
      running.raw('GET', '/map/tiles.pmtiles', { as: admin, ...(range ? { headers: { range } } : {}) });
    const part = await get('bytes=0-7');
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).toString('latin1')).toBe('PMTiles\x03');
    expect((await get()).status).toBe(400);
    expect((await get('bytes=0-99999999')).status).toBe(400);
    server.answer((_request, response) => response.end(file));
    const whole = await get('bytes=0-7');
    expect(await whole.json()).toMatchObject({ detail: expect.stringMatching(/the whole file instead of parts/) });
  });
});
