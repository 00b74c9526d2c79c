import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun } from '../../testing/company.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const state = { search: 'status=DELIVERED&sort=-lastReportedAt', hiddenColumns: ['battery'] };

describe.each(testEngines())('saved views on $name', ({ create }) => {
  let running: TestConsole;
  let olga: string;
  let vera: string;
  beforeAll(async () => {
    const database = await create();
    running = await testConsole(database);
    olga = await running.signIn('operations');
    const { clientId } = await insertRun(database.db, 'Aurora', '2026-11-01', '2026-11-30');
    vera = await running.signIn('client-viewer', clientId);
  });
  afterAll(() => running?.close());
  const names = async (as: string) => {
    const { body } = await running.send('GET', '/saved-views?list=trackers', { as });
    return body.items.map(({ name }: { name: string }) => name);
  };
  const create_ = (as: string, name: string) =>
    running.send('POST', '/saved-views', { as, body: { list: 'trackers', name, state } });

  it('keeps what a person left, for that person only', async () => {
    expect((await create_(olga, 'Delivered')).body).toMatchObject({ name: 'Delivered', state });
    expect((await create_(olga, 'Alarming')).status).toBe(201);
    expect((await create_(vera, 'Mine')).status).toBe(201);
    expect(await names(olga)).toEqual(['Alarming', 'Delivered']);
    expect(await names(vera)).toEqual(['Mine']);
  });

  it('refuses a second view of a name, and says which field', async () => {
    const { status, body } = await create_(olga, 'delivered');
    expect(status).toBe(409);
    expect(body.fields).toMatchObject([{ path: 'name' }]);
    expect((await create_(vera, 'delivered')).status).toBe(201);
  });

  it('is renamed, kept anew and forgotten by its owner, and by nobody else', async () => {
    const { body: view } = await create_(olga, 'Later');
    const path = `/saved-views/${view.id}`;
    expect((await running.send('PATCH', path, { as: vera, body: { name: 'Stolen' } })).status).toBe(404);
    expect((await running.send('DELETE', path, { as: vera, version: '*' })).status).toBe(404);
    const search = 'silentForHours=48';
    const { body } = await running.send('PATCH', path, { as: olga, body: { state: { ...state, search } } });
    expect(body).toMatchObject({ name: 'Later', state: { search, hiddenColumns: ['battery'] } });
    expect((await running.send('DELETE', path, { as: olga, version: '*' })).status).toBe(204);
    expect(await names(olga)).not.toContain('Later');
  });
});
