import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

describe.each(testEngines())('what was done to a tracker, on $name', ({ create }) => {
  let running: TestConsole;
  let admin: string;
  let runId: number;
  let ids: number[];
  beforeAll(async () => {
    const database = await create();
    running = await testConsole(database);
    admin = await running.signIn('admin');
    ({ runId } = await insertRun(database.db, 'Aurora', '2026-11-01', '2026-11-30'));
    ids = (await insertTrackers(database.db, { count: 3 })).map(({ id }) => id);
  });
  afterAll(() => running?.close());
  const entries = async (id: number, rest = '') =>
    (await running.send('GET', `/trackers/${id}/audit-entries${rest}`, { as: admin })).body;

  it('is every entry that names it, also one that names others besides, newest first', async () => {
    const assign = (trackerIds: number[], productionRunId: number | null) =>
      running.send('POST', '/trackers/assign', { as: admin, body: { trackerIds, productionRunId } });
    await assign([ids[0]!, ids[1]!], runId);
    await running.send('POST', '/fetcher', { as: admin, body: { action: 'fetch-now', trackerIds: [ids[0]!] } });
    await assign([ids[1]!], null);
    const actions = async (id: number) => (await entries(id)).items.map(({ action }: { action: string }) => action);
    expect(await actions(ids[0]!)).toEqual(['fetcher.control', 'trackers.assign']);
    expect(await actions(ids[1]!)).toEqual(['trackers.assign', 'trackers.assign']);
    expect(await actions(ids[2]!)).toEqual([]);
    const first = await entries(ids[1]!, '?limit=1');
    expect(first.items).toHaveLength(1);
    const rest = await entries(ids[1]!, `?limit=1&cursor=${first.nextCursor}`);
    expect(rest.items[0].sequence).toBeLessThan(first.items[0].sequence);
  });

  it('is for administrators only', async () => {
    const reviewer = await running.signIn('reviewer');
    expect((await running.send('GET', `/trackers/${ids[0]}/audit-entries`, { as: reviewer })).status).toBe(403);
  });
});
