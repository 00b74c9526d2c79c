import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { plainProfile } from '../../../src-shared/contract/export-profile.ts';
import type { RouteSpec, Versioned } from '../../../src-shared/contract/route.ts';
import { routes } from '../../../src-shared/contract/routes.ts';
import { insertConsole } from '../monitoring/testing/insert-console.ts';
import { type Answer, type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

type VersionedSpec = RouteSpec & { versioned: Versioned };
const versioned = (Object.entries(routes) as unknown as [string, RouteSpec][]).filter(
  (entry): entry is [string, VersionedSpec] => entry[1].versioned !== undefined,
);
const changing = versioned.filter(([, spec]) => spec.method === 'PATCH');
const deleting = versioned.filter(([, spec]) => spec.method === 'DELETE');
/** Last: a tile server and a geocoder need their addresses. */
const needAnother = new Set(['baseMap', 'service']);
const fieldsOf = (spec: RouteSpec) =>
  Object.keys(spec.body?.kind === 'json' ? (spec.body.schema as z.ZodObject).shape : {}).sort(
    (a, b) => Number(needAnother.has(a)) - Number(needAnother.has(b)),
  );

// biome-ignore lint/suspicious/noExplicitAny: whatever record it is
type Present = any;
const other = (value: unknown, a: unknown, b: unknown) => (value === a ? b : a);

/** Another value for a field than the record has now, which its route takes. */
function another(field: string, now: Present, ids: Record<string, number>): unknown {
  const known: Record<string, () => unknown> = {
    archived: () => now.archivedAt === null,
    startDate: () => other(now.startDate, '2026-11-02', '2026-11-03'),
    endDate: () => other(now.endDate, '2026-12-02', '2026-12-03'),
    timeZone: () => other(now.timeZone, 'Europe/Zurich', 'UTC'),
    dueDate: () => other(now.dueDate, '2026-12-04', null),
    brandId: () => (now.brand ? null : ids.brandId),
    productionRunId: () => (now.productionRun ? null : ids.productionRunId),
    productionRunIds: () => (now.productionRuns.length > 0 ? [] : [ids.productionRunId]),
    position: () => ({ type: 'Point', coordinates: [other(now.position.coordinates[0], 7.5, 8), 47] }),
    role: () => other(now.role, 'reviewer', 'warehouse'),
    profile: () => ({ ...now.profile, filePrefix: other(now.profile.filePrefix, 'a', 'b') }),
    url: () => other(now.url, 'https://a.example/', 'https://b.example/'),
    anisetteUrl: () => other(now.anisetteUrl, 'https://a.example/', 'https://b.example/'),
    assumed: () => ({ ...now.assumed, reachDays: other(now.assumed.reachDays, 1, 2) }),
    outline: () => {
      const square = [[[[7, 47], [8, 47], [8, 48], [7, 47]]]]; // biome-ignore format: as short as it is
      return now.outline ? null : { type: 'MultiPolygon', coordinates: square };
    },
    maxAccuracyM: () => other(now.maxAccuracyM, 100, 120),
    macIdentifier: () => other(now.macIdentifier, '21', '240'),
    // Sealed anew each time, so never what it was.
    name: () => `${(now.name ?? 'A').slice(0, 40)} x`.trim(),
    goodsReference: () => other(now.goodsReference, 'P-1', 'P-2'),
    note: () => other(now.note, 'On the left', 'On the right'),
    tags: () => [other(now.tags[0], 'cold', 'warm')],
    credentials: () => ({ dsid: '1', searchPartyToken: 'p' }),
    loginFile: () => other(now.loginFile, '/a/auth.json', '/b/auth.json'),
    loginDays: () => other(now.loginDays, 20, 30),
    state: () => ({ search: other(now.state?.search, 'a=1', 'a=2'), hiddenColumns: null }),
    service: () => other(now.service, 'nominatim', 'photon'),
    anchorUrl: () => other(now.anchorUrl, 'https://a.example/', 'https://b.example/'),
    baseMap: () => other(now.baseMap, 'tile-server', 'bundled'),
    tileUrl: () => other(now.tileUrl, 'https://a.example/{z}/{x}/{y}.png', 'https://b.example/{z}/{x}/{y}.png'),
    pmtilesUrl: () => other(now.pmtilesUrl, 'https://a.example/a.pmtiles', 'https://b.example/b.pmtiles'),
    pmtilesFile: () => other(now.pmtilesFile, 'a.pmtiles', 'b.pmtiles'),
    auditDays: () => other(now.auditDays, 40, 50),
    connections: () => other(now.connections, 40, 50),
    reportRetentionDays: () => other(now.reportRetentionDays, 40, 50),
    maxReportAgeDays: () => other(now.maxReportAgeDays, 5, 6),
    clusterShare: () => other(now.clusterShare, 0.3, 0.4),
  };
  const given = known[field];
  if (given) return given();
  const value = now[field];
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value.slice(0, 40)} x`.trim();
  throw new Error(`no other value for ${field}`);
}

describe.each(testEngines())('versions of what people edit, on $name', ({ create }) => {
  let app: TestConsole;
  let olena: string;
  let taras: string;
  const ids: Record<string, number> = {};
  let names = 0;

  const post = async (path: string, body: object): Promise<Present> => {
    const answer = await app.send('POST', path, { as: olena, body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  };
  beforeAll(async () => {
    app = await testConsole(await create());
    olena = await app.signIn('admin');
    taras = await app.signIn('admin');
    await app.parts.jobs.stop();
  }, 120_000);
  afterAll(() => app?.close());

  /** A new record of the path's kind, and where it is. */
  async function record(path: string): Promise<string> {
    const n = ++names;
    const base = path.replace(/\/\{\w+\}$/, '');
    const client = async () => (await post('/clients', { name: `Client ${n}` })).id as number;
    const run = async () => {
      const brand = await post('/brands', { name: `Brand ${n}`, clientId: await client() });
      ids.brandId = brand.id;
      const dates = { startDate: '2026-11-01', endDate: '2026-12-01' };
      const { id } = await post('/production-runs', { name: `Run ${n}`, brandId: brand.id, ...dates });
      ids.productionRunId = id;
      return { runId: id as number, clientId: brand.client.id as number };
    };
    const place = { name: `Place ${n}`, position: { type: 'Point', coordinates: [7, 47] } };
    const makers: Record<string, () => Promise<number>> = {
      '/clients': client,
      '/brands': async () => (await post('/brands', { name: `Brand ${n}`, clientId: await client() })).id,
      '/production-runs': async () => (await run()).runId,
      '/customer-orders': async () =>
        (await post('/customer-orders', { clientId: (await run()).clientId, quantity: 5 })).id,
      '/storage-locations': () => run().then(() => post('/storage-locations', place).then(({ id }) => id)),
      '/delivery-locations': () => run().then(() => post('/delivery-locations', place).then(({ id }) => id)),
      '/manufacturers': async () =>
        (await post('/manufacturers', { name: `Maker ${n}`, profile: plainProfile('csv') })).id,
      '/users': async () => {
        const person = { username: `user-${n}`, displayName: 'A', role: 'operations', password: 'a good password' };
        return (await post('/users', person)).id;
      },
      '/report-sources': async () => {
        const addresses = { url: 'https://h.example/', anisetteUrl: 'https://i.example/' };
        return (await post('/report-sources', { name: `Source ${n}`, kind: 'apple-older', ...addresses })).id;
      },
      '/consoles': () => insertConsole(app.parts.db, `desk-${n}`),
      '/saved-views': async () => {
        const view = { list: 'trackers', name: `View ${n}`, state: { search: '', hiddenColumns: null } };
        return (await post('/saved-views', view)).id;
      },
    };
    if (base === '/trackers/{trackerId}/goods') {
      const body = { advertisementKey: Buffer.alloc(28, n).toString('base64'), reason: 'For the test' };
      const { trackerId } = await post('/trackers', { ...body, productionRunId: (await run()).runId });
      const [period] = (await read(`/trackers/${trackerId}/goods`)).items;
      return `/trackers/${trackerId}/goods/${period.id}`;
    }
    const make = makers[base];
    return make ? `${base}/${await make()}` : path;
  }
  const read = async (path: string): Promise<Present> => {
    const { status, body } = await app.send('GET', path, { as: olena });
    expect(status, path).toBe(200);
    return body;
  };

  it('leaves out no route that changes what people edit', () => {
    const others = (Object.entries(routes) as unknown as [string, RouteSpec][]).filter(
      ([, spec]) => spec.method === 'PATCH' && !spec.versioned,
    );
    // The scanner of one workstation is set at that workstation; what is done to many alerts at once is no form.
    expect(others.map(([operation]) => operation).sort()).toEqual(['triageAlerts', 'updateWorkstation']);
  });

  it('names every kind of record', () => {
    const records = new Set(
      changing.map(
        ([
          ,
          {
            versioned: { record: kind },
          },
        ]) => kind,
      ),
    );
    expect([...records].sort()).toEqual(
      [
        'brands',
        'clients',
        'consoles',
        'customer-orders',
        'locations',
        'manufacturers',
        'production-runs',
        'report-sources',
      ]
        .concat([
          'run-periods',
          'saved-views',
          'settings/analytics-thresholds',
          'settings/backups',
          'settings/database-connections',
          'settings/fetcher',
          'settings/geocoder',
          'settings/job-retention',
          'settings/map',
          'settings/network',
          'settings/offline',
          'settings/status-rules',
        ])
        .concat(['users']),
    );
  });

  it.each(changing)('%s counts each field, and refuses what was overtaken', async (_operation, spec) => {
    const { uncounted = [], guarded = [] } = spec.versioned;
    const path = await record(spec.path);
    const patch = (body: object, version?: number, as = olena): Promise<Answer> =>
      app.send('PATCH', path, { as, body, ...(version === undefined ? {} : { version }) });
    // A view is its owner's.
    const someone = spec.versioned.record === 'saved-views' ? olena : taras;
    for (const field of fieldsOf(spec).filter((name) => !uncounted.includes(name) && name !== 'clientId')) {
      const before = await read(path);
      const first = await patch({ [field]: another(field, before, ids) }, before.version, someone);
      expect([field, first.status, first.body.detail]).toEqual([field, 200, undefined]);
      expect(first.body.version, field).toBeGreaterThan(before.version);
      expect(first.headers.get('etag')).toBe(`"${first.body.version}"`);
      const second = await patch({ [field]: another(field, await read(path), ids) }, before.version);
      expect([field, second.status]).toEqual([field, 412]);
      expect(second.body).toMatchObject({ type: '/problems/overtaken', version: first.body.version });
      expect(second.body.changes).toMatchObject([{ field, by: expect.stringMatching(/^admin-/) }]);
      expect((await read(path)).version).toBe(first.body.version);
    }
    const [field] = fieldsOf(spec).filter((name) => !guarded.includes(name) && !uncounted.includes(name));
    const unseen = await patch({ [field!]: another(field!, await read(path), ids) });
    expect(unseen.status, 'a partial change without a version').toBe(200);
    for (const name of guarded.filter((each) => each !== 'clientId')) {
      const refused = await patch({ [name]: another(name, await read(path), ids) });
      expect([refused.status, refused.body.type]).toEqual([428, '/problems/version-needed']);
    }
  });

  it.each(deleting)('%s asks which version was read, and refuses another', async (_operation, spec) => {
    const path = await record(spec.path);
    const { version } = await read(path);
    const remove = (etag?: string) =>
      app.send('DELETE', path, { as: olena, ...(etag ? { headers: { 'if-match': etag } } : {}) });
    expect((await remove()).status).toBe(428);
    expect((await remove(`"${version + 1}"`)).status).toBe(412);
    expect((await remove('nonsense')).status).toBe(400);
    expect((await remove(`W/"${version}-gzip"`)).status).toBe(204);
    expect((await remove('*')).status).toBe(404);
  });

  it('keeps quantity and due date that another set, when a note is saved', async () => {
    const path = await record('/customer-orders/{customerOrderId}');
    const opened = await read(path);
    await app.send('PATCH', path, { as: taras, body: { quantity: 9, dueDate: '2026-12-24' }, version: opened.version });
    const note = { as: olena, body: { notes: 'By the side door.' } };
    const refused = await app.send('PATCH', path, { ...note, version: opened.version });
    expect(refused.body.changes.map(({ field }: { field: string }) => field).sort()).toEqual(['dueDate', 'quantity']);
    const again = await app.send('PATCH', path, { ...note, version: refused.body.version });
    expect(again.body).toMatchObject({ notes: 'By the side door.', quantity: 9, dueDate: '2026-12-24' });
  });

  it('leaves a user demoted whose form was open meanwhile', async () => {
    const path = await record('/users/{userId}');
    const opened = await read(path);
    const demoted = { as: taras, body: { role: 'reviewer' }, version: opened.version };
    expect((await app.send('PATCH', path, demoted)).body.role).toBe('reviewer');
    const form = { displayName: 'Ada', role: opened.role };
    expect((await app.send('PATCH', path, { as: olena, body: form, version: opened.version })).status).toBe(412);
    expect((await app.send('PATCH', path, { as: olena, body: form })).status).toBe(428);
    expect((await read(path)).role).toBe('reviewer');
  });

  it('does not count what the machine keeps, nor actions', async () => {
    const path = await record('/customer-orders/{customerOrderId}');
    const { version } = await read(path);
    const close = (action: string) => app.send('PATCH', path, { as: olena, body: { action } });
    expect((await close('close')).body).toMatchObject({ state: 'closed', version });
    expect((await close('reopen')).body).toMatchObject({ state: 'open', version });
    const settings = await read('/fetcher/settings');
    await app.send('POST', '/fetcher', { as: olena, body: { action: 'pause' } });
    expect((await read('/fetcher/settings')).version).toBe(settings.version);
  });

  it('answers a known Idempotency-Key before it looks at If-Match', async () => {
    const path = await record('/clients/{clientId}');
    const { version } = await read(path);
    const headers = { 'idempotency-key': 'again' };
    const send = () => app.send('PATCH', path, { as: olena, body: { notes: 'Once.' }, headers, version });
    const first = await send();
    const second = await send();
    expect([first.status, second.status, second.body]).toEqual([200, 200, first.body]);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  it('lets one of two at once through', async () => {
    const path = await record('/clients/{clientId}');
    const { version } = await read(path);
    const answers = await Promise.all(
      [olena, taras].map((as, n) => app.send('PATCH', path, { as, body: { notes: `From ${n}.` }, version })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});
