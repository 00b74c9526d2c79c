import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

describe.each(testEngines())('what is told of changes on $name', ({ create }) => {
  let app: TestConsole;
  let staff: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    staff = await app.signIn('operations');
  });
  afterAll(() => app?.close());

  const told = async (method: string, path: string, body?: object) => {
    const before = app.heard.length;
    const answer = await app.send(method, path, { as: staff, ...(body ? { body } : {}) });
    const changed = app.heard.slice(before).flatMap((event) => (event.type === 'changed' ? [event.resource] : []));
    return { status: answer.status, id: answer.body?.id as number, changed };
  };

  it('a new client, brand, run and location, and a change of each, once it is committed', async () => {
    const client = await told('POST', '/clients', { name: 'Aurora', notes: '' });
    expect(client).toMatchObject({ status: 201, changed: ['clients'] });
    const brand = await told('POST', '/brands', { clientId: client.id, name: 'Aurora Home' });
    expect(brand).toMatchObject({ status: 201, changed: ['brands'] });
    const dates = { startDate: '2026-11-01', endDate: '2026-11-30', timeZone: 'UTC' };
    const run = await told('POST', '/production-runs', { brandId: brand.id, name: 'November', ...dates });
    expect(run).toMatchObject({ status: 201, changed: ['production-runs'] });
    const place = {
      name: 'Depot',
      address: '',
      position: { type: 'Point', coordinates: [8.54, 47.37] },
      geofenceRadiusM: 100,
      productionRunId: run.id,
      productionRunIds: [],
    };
    for (const kind of ['storage-locations', 'delivery-locations']) {
      const location = await told('POST', `/${kind}`, { ...place, name: `Depot of ${kind}` });
      expect(location).toMatchObject({ status: 201, changed: [kind] });
      const moved = await told('PATCH', `/${kind}/${location.id}`, { geofenceRadiusM: 200 });
      expect(moved).toMatchObject({ status: 200, changed: [kind] });
    }
    const longer = await told('PATCH', `/production-runs/${run.id}`, { endDate: '2026-12-31' });
    expect(longer).toMatchObject({ status: 200, changed: ['production-runs'] });
    const archived = await told('PATCH', `/clients/${client.id}`, { archived: true });
    expect(archived).toMatchObject({ status: 200, changed: ['clients'] });
  });

  it('nothing of what was refused, or only read', async () => {
    await told('POST', '/clients', { name: 'Borealis', notes: '' });
    expect(await told('POST', '/clients', { name: 'Borealis', notes: '' })).toMatchObject({ status: 409, changed: [] });
    expect(await told('GET', '/clients')).toMatchObject({ status: 200, changed: [] });
  });
});
