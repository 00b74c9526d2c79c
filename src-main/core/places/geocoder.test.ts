import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';

/** As Nominatim 4.5 answers `format=jsonv2`, fields that nobody reads left in. */
const nominatim = [
  {
    place_id: 132_862_951,
    licence: 'Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright',
    osm_type: 'way',
    osm_id: 23_585_213,
    lat: '53.5503414',
    lon: '9.9923089',
    category: 'amenity',
    type: 'townhall',
    place_rank: 30,
    importance: 0.47,
    addresstype: 'amenity',
    name: 'Hamburger Rathaus',
    display_name: 'Hamburger Rathaus, 1, Rathausmarkt, Altstadt, Hamburg-Mitte, Hamburg, 20095, Deutschland',
    boundingbox: ['53.5498', '53.5509', '9.9912', '9.9933'],
  },
];
/** As Photon 0.5 answers. */
const photon = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [9.9923089, 53.5503414] },
      properties: {
        osm_type: 'W',
        osm_id: 23_585_213,
        osm_key: 'amenity',
        osm_value: 'townhall',
        type: 'house',
        name: 'Hamburger Rathaus',
        street: 'Rathausmarkt',
        housenumber: '1',
        postcode: '20095',
        city: 'Hamburg',
        country: 'Deutschland',
        countrycode: 'DE',
        extent: [9.9912, 53.5509, 9.9933, 53.5498],
      },
    },
  ],
};

describe.each(testEngines())('looking addresses up on $name', ({ create }) => {
  let database: TestDatabase;
  let running: TestConsole;
  let admin: string;
  let viewer: string;
  let server: Server;
  let base: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const asked: { path: string; query: Record<string, string>; agent: string | undefined }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://stand-in');
      asked.push({
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        agent: request.headers['user-agent'],
      });
      answer(request, response);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    database = await create();
    running = await testConsole(database);
    admin = await running.signIn('admin');
    const { clientId } = await insertRun(database.db, 'Aurora', '2026-11-01', '2026-11-30');
    viewer = await running.signIn('client-viewer', clientId);
  });
  afterAll(async () => {
    await running?.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const change = (body: object) => running.send('PATCH', '/geocoder', { as: admin, body });
  const find = (search: string, as = viewer) =>
    running.send('GET', `/addresses?search=${encodeURIComponent(search)}`, { as });
  const json = (value: unknown) => (_: IncomingMessage, response: ServerResponse) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(value));
  };

  it('nobody is asked while none is chosen', async () => {
    const { body } = await running.send('GET', '/places?search=Hamburg', { as: viewer });
    expect(body.geocoder).toBeNull();
    expect(body.items[0]).toMatchObject({ name: 'Hamburg', country: 'Germany' });
    expect((await find('Rathausmarkt 1')).status).toBe(404);
    expect(asked).toEqual([]);
  });

  it('speaks to Nominatim', async () => {
    answer = json(nominatim);
    expect((await change({ service: 'nominatim', url: `${base}/`, attribution: '© OpenStreetMap' })).status).toBe(200);
    const { body } = await running.send('GET', '/places?search=Hamburg', { as: viewer });
    expect(body.geocoder).toEqual({ host: new URL(base).host });
    const found = await find('Rathausmarkt 1, Hamburg');
    expect(found.body).toEqual({
      attribution: '© OpenStreetMap',
      items: [
        {
          name: 'Hamburger Rathaus, 1, Rathausmarkt, Altstadt, Hamburg-Mitte, Hamburg, 20095, Deutschland',
          position: { type: 'Point', coordinates: [9.9923089, 53.5503414] },
          bounds: [9.9912, 53.5498, 9.9933, 53.5509],
        },
      ],
    });
    expect(asked).toEqual([
      {
        path: '/search',
        query: { q: 'Rathausmarkt 1, Hamburg', limit: '8', format: 'jsonv2' },
        agent: 'tracker-lifecycle-console',
      },
    ]);
  });

  it('speaks to Photon, below a path and with a key of its own', async () => {
    answer = json(photon);
    asked.length = 0;
    expect((await change({ service: 'photon', url: `${base}/geo/api?key=k` })).status).toBe(200);
    expect((await find('Rathaus')).body.items).toEqual([
      {
        name: 'Hamburger Rathaus, Rathausmarkt 1, 20095 Hamburg, Deutschland',
        position: { type: 'Point', coordinates: [9.9923089, 53.5503414] },
        bounds: [9.9912, 53.5498, 9.9933, 53.5509],
      },
    ]);
    expect(asked[0]).toMatchObject({ path: '/geo/api', query: { q: 'Rathaus', key: 'k' } });
  });

  it.each([
    [
      'HTML',
      (_: IncomingMessage, response: ServerResponse) => response.end('<html>maintenance</html>'),
      'something other',
    ],
    [
      'a place off the earth',
      json({ features: [{ geometry: { coordinates: [200, 0] }, properties: {} }] }),
      'something other',
    ],
    [
      'megabytes',
      (_: IncomingMessage, response: ServerResponse) => response.end('['.repeat(3_000_000)),
      'something other',
    ],
    ['an error', (_: IncomingMessage, response: ServerResponse) => response.writeHead(500).end(), 'answered 500'],
    [
      'another address',
      (_: IncomingMessage, response: ServerResponse) =>
        response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'answered 302',
    ],
    [
      'a plea to wait',
      (_: IncomingMessage, response: ServerResponse) => response.writeHead(429).end(),
      'asks the console to wait',
    ],
    ['a torn connection', (request: IncomingMessage) => request.socket.destroy(), 'can’t be reached'],
  ] as const)('says so when the service answers with %s', async (_, how, words) => {
    answer = how as typeof answer;
    const { status, body } = await find('Rathaus');
    expect(status).toBe(502);
    expect(body.detail).toContain(words);
    // Towns are found all the same.
    expect((await running.send('GET', '/places?search=Hamburg', { as: viewer })).body.items).not.toHaveLength(0);
  });

  it('goes nowhere where the console must not', async () => {
    await change({ service: 'nominatim', url: 'https://169.254.169.254' });
    expect((await find('Rathaus')).body.detail).toContain('never asks');
    await change({ url: 'http://192.0.2.1' });
    expect((await find('Rathaus')).status).toBe(502);
    for (const url of ['ftp://example.org', 'nominatim.example.org', 'https://user:secret@example.org'])
      expect((await change({ url })).status).toBe(422);
    expect((await change({ url: null })).status).toBe(422);
    expect((await running.send('GET', '/geocoder', { as: viewer })).status).toBe(403);
  });

  it('can be switched off again', async () => {
    expect((await change({ service: 'none', url: null })).status).toBe(200);
    expect((await find('Rathaus')).status).toBe(404);
  });
});
