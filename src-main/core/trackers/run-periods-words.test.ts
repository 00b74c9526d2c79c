import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';

const none = { name: null, goodsReference: null, tags: [], note: null };

describe.each(testEngines())('what a tracker is fixed to, on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let operations: string;
  let viewers: string[];
  let runs: { runId: number; clientId: number }[];
  let ids: number[];
  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
    operations = await app.signIn('operations');
    runs = [];
    viewers = [];
    for (const name of ['Aster', 'Birch']) {
      const run = await insertRun(database.db, name, '2026-11-01', '2026-11-30');
      runs.push(run);
      viewers.push(await app.signIn('client-viewer', run.clientId));
    }
    ids = (await insertTrackers(database.db, { count: 4, runId: runs[0]!.runId })).map(({ id }) => id);
  });
  afterAll(() => app?.close());

  const get = async (path: string, as = operations) => (await app.send('GET', path, { as })).body;
  const post = async (path: string, body: object) => (await app.send('POST', path, { as: operations, body })).body;
  const move = (trackerId: number, productionRunId: number | null) => {
    app.clock.now = new Date(app.clock.now.getTime() + 60_000);
    return post('/trackers/assign', { trackerIds: [trackerId], productionRunId, since: 'now' });
  };
  const periodsOf = async (id: number, as = operations) => (await get(`/trackers/${id}/goods`, as)).items;
  const found = async (search: string, as = operations) =>
    (await get(`/trackers?search=${encodeURIComponent(search)}&sort=id`, as)).items.map(({ id }: { id: number }) => id);

  it('is nothing at first, and edited by period; only what is named changes, and the audit tells', async () => {
    const [id] = ids as [number];
    const [period] = await periodsOf(id);
    expect(period).toMatchObject({ ...none, productionRun: { id: runs[0]!.runId }, from: null, to: null });
    const path = `/trackers/${id}/goods/${period.id}`;
    const words = {
      name: ' Pallet  7 ',
      goodsReference: 'AB-1007',
      tags: ['Cold', 'fragile', 'cold'],
      note: 'Top\nshelf',
    };
    const edited = await app.send('PATCH', path, { as: operations, body: words });
    const kept = { name: 'Pallet 7', goodsReference: 'AB-1007', tags: ['cold', 'fragile'], note: 'Top\nshelf' };
    expect(edited.body).toMatchObject(kept);
    await app.send('PATCH', path, { as: operations, body: { note: null } });
    expect((await get(`/trackers/${id}`)).runPeriod).toEqual({ id: period.id, ...kept, note: null });
    const audit = await get(`/trackers/${id}/audit-entries`, await app.signIn('admin'));
    expect(audit.items[0]).toMatchObject({ action: 'run-period.describe', resourceId: String(id) });
    for (const body of [{ tags: ['a,b'] }, { name: '' }, { tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }])
      expect((await app.send('PATCH', path, { as: operations, body })).status).toBe(422);
    expect((await app.send('PATCH', path, { as: await app.signIn('reviewer'), body: {} })).status).toBe(403);
    expect(
      (await app.send('PATCH', `/trackers/${ids[1]}/goods/${period.id}`, { as: operations, body: {} })).status,
    ).toBe(404);
  });

  it('is found, filtered by tag, and in the export', async () => {
    for (const text of ['pallet', 'ab-10', 'COLD']) expect(await found(text)).toEqual([ids[0]]);
    expect((await get('/trackers/count?tag=Fragile')).count).toBe(1);
    expect((await get('/trackers?tag=none')).items).toEqual([]);
    const file = await app.raw('GET', '/trackers/export?columns=name,goodsReference,tags,note&search=Pallet', {
      as: operations,
    });
    expect((await file.text()).split('\r\n').slice(0, 2)).toEqual([
      'name,goods_reference,tags,note',
      'Pallet 7,AB-1007,cold; fragile,',
    ]);
  });

  it('is changed for many at once, undone exactly, and what was edited since is left and named', async () => {
    const [first, second, third] = ids as [number, number, number];
    const out = (await insertTrackers(database.db, { count: 1, first: 50 }))[0]!.id;
    const done = await post('/trackers/describe', {
      trackerIds: [first, second, third, out],
      set: { goodsReference: 'C-9' },
      addTags: ['Blue'],
      removeTags: ['cold'],
    });
    expect(done).toMatchObject({ changed: 3, refused: [{ trackerId: out, reason: 'It is not in a production run.' }] });
    expect((await get(`/trackers/${first}`)).runPeriod).toMatchObject({
      name: 'Pallet 7',
      goodsReference: 'C-9',
      tags: ['blue', 'fragile'],
    });
    const [period] = await periodsOf(second);
    await app.send('PATCH', `/trackers/${second}/goods/${period.id}`, { as: operations, body: { name: 'Mine' } });
    const undone = await post('/run-periods/restore', { periods: done.undo });
    expect(undone).toMatchObject({ changed: 2, refused: [{ trackerId: second, reason: 'It has been edited since.' }] });
    expect((await get(`/trackers/${first}`)).runPeriod).toMatchObject({
      goodsReference: 'AB-1007',
      tags: ['cold', 'fragile'],
    });
    expect((await get(`/trackers/${second}`)).runPeriod).toMatchObject({ name: 'Mine', goodsReference: 'C-9' });
    expect((await get(`/trackers/${third}`)).runPeriod).toMatchObject(none);
  });

  it('stays with its period: the next client begins with nothing, and each sees only its own', async () => {
    const [id] = ids as [number];
    await move(id, runs[1]!.runId);
    expect((await get(`/trackers/${id}`, viewers[1])).runPeriod).toMatchObject(none);
    expect(await found('Pallet', viewers[1])).toEqual([]);
    expect(await periodsOf(id, viewers[1])).toMatchObject([{ ...none, to: null }]);
    expect(await found('Pallet')).toEqual([]);
    const [now, before] = await periodsOf(id);
    expect([now.name, before.name]).toEqual([null, 'Pallet 7']);
    await app.send('PATCH', `/trackers/${id}/goods/${now.id}`, { as: operations, body: { name: 'Rack' } });
    expect((await app.send('GET', `/trackers/${id}/goods`, { as: viewers[0]! })).status).toBe(404);
    // A move back at the very instant joins both periods of the run: the words are those of the earlier.
    await post('/trackers/assign', { trackerIds: [id], productionRunId: runs[0]!.runId, since: now.from });
    expect(await periodsOf(id)).toMatchObject([{ id: before.id, name: 'Pallet 7', to: null }]);
    expect((await get(`/trackers/${id}`, viewers[0])).runPeriod).toMatchObject({ name: 'Pallet 7' });
  });
});
