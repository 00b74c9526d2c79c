import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referrers } from '../app/referrers.ts';
import { assignRun } from '../testing/assign-run.ts';
import { insertIds, insertTrackers, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { callerOf, refusal, type StandInParts } from '../testing/request.ts';
import { clientHandlers } from './clients-routes.ts';
import { clientDeletionHandlers } from './deletion-routes.ts';

const handlers = (parts: StandInParts) => ({ ...clientHandlers(parts), ...clientDeletionHandlers(referrers) });

const now = new Date('2026-11-23T22:30:00Z');

describe.each(testEngines())('clients, brands and production runs on $name', ({ create }) => {
  let test: TestDatabase;
  let staff: ReturnType<typeof callerOf<ReturnType<typeof handlers>>>;
  let userId: number;
  beforeAll(async () => {
    test = await create();
    userId = await insertUser(test.db, 'olga', 'operations');
    staff = callerOf(test.db, handlers, { userId, role: 'operations', clientId: null }, { now });
  });
  afterAll(() => test?.close());

  const newClient = (name: string) => staff.call('createClient', { body: { name, notes: '' } });
  const newBrand = (clientId: number, name: string) => staff.call('createBrand', { body: { clientId, name } });
  const newRun = (brandId: number, name: string, extra: object = {}) =>
    staff.call('createProductionRun', {
      body: { brandId, name, startDate: '2026-11-01', endDate: '2026-11-30', timeZone: 'UTC', ...extra },
    });

  it('creates, renames, archives and restores a client, and notes what changed', async () => {
    const client = await newClient('Aurora');
    expect(client).toMatchObject({ name: 'Aurora', brandCount: 0, trackerCount: 0, archivedAt: null });
    const params = { clientId: client.id };
    const renamed = await staff.call('updateClient', { params, body: { name: 'Aurora AG', archived: true } });
    expect(renamed).toMatchObject({ name: 'Aurora AG', archivedAt: now.toISOString() });
    expect(staff.audits.at(-1)).toMatchObject({
      resourceType: 'client',
      details: { name: { from: 'Aurora', to: 'Aurora AG' } },
    });
    const listed = await staff.call('listClients', { query: { limit: 50, search: 'aurora ag' } });
    expect(listed.items).toEqual([]);
    const restored = await staff.call('updateClient', { params, body: { archived: false } });
    expect(restored.archivedAt).toBeNull();
    expect(await staff.call('updateClient', { params, body: {} })).toEqual(restored);
  });

  it('refuses a name in use, in any case of letters, and says so at the field', async () => {
    await newClient('Borealis');
    const error = await refusal(newClient('BOREALIS'));
    expect(error).toMatchObject({ code: 'conflict', extras: { fields: [{ path: 'name' }] } });
    const { id } = await newClient('Cirrus');
    expect(await refusal(newBrand(id, 'One').then(() => newBrand(id, 'one')))).toMatchObject({ code: 'conflict' });
  });

  it('pages by name without losing or repeating one, and takes wildcards literally', async () => {
    const names = ['Delta 100%', 'delta_1', 'Delta 3', 'DELTA a', 'Delta é', 'Delta\\'];
    for (const name of names) await newClient(name);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await staff.call('listClients', { query: { limit: 2, search: 'delta', cursor } });
      seen.push(...page.items.map((item) => item.name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen.toSorted()).toEqual(names.toSorted());
    const search = async (text: string) =>
      (await staff.call('listClients', { query: { limit: 9, search: text } })).items.map((item) => item.name);
    expect(await search('0%')).toEqual(['Delta 100%']);
    expect(await search('a_')).toEqual(['delta_1']);
    expect(await search('a\\')).toEqual(['Delta\\']);
    expect(await refusal(staff.call('listClients', { query: { limit: 2, cursor: 'x' } }))).toMatchObject({
      code: 'bad-request',
    });
  });

  it('deletes what nothing refers to, and otherwise says what does', async () => {
    const client = await newClient('Ephemeral');
    const brand = await newBrand(client.id, 'Short');
    const run = await newRun(brand.id, 'Lived');
    const [tracker] = await insertTrackers(test.db, { count: 1, first: 900, runId: run.id });
    const byClient = await refusal(staff.call('deleteClient', { params: { clientId: client.id } }));
    expect(byClient.extras.references).toEqual([{ type: 'brand', id: brand.id, name: 'Short' }]);
    expect(byClient.message).toContain('1 brand refers to it');
    const byRun = await refusal(staff.call('deleteProductionRun', { params: { productionRunId: run.id } }));
    expect(byRun).toMatchObject({ code: 'referenced', status: 409 });
    expect(byRun.extras.references).toEqual([{ type: 'tracker', id: tracker!.id, name: tracker!.mac }]);
    // A run that a tracker has left is still named by its period.
    await assignRun(test.db, [tracker!.id], null);
    expect((await refusal(staff.call('deleteProductionRun', { params: { productionRunId: run.id } }))).status).toBe(
      409,
    );
    await test.db.query(sql`delete from trackers where id = ${tracker!.id}`);
    await staff.call('deleteProductionRun', { params: { productionRunId: run.id } });
    await staff.call('deleteBrand', { params: { brandId: brand.id } });
    await staff.call('deleteClient', { params: { clientId: client.id } });
    expect(await refusal(staff.call('getClient', { params: { clientId: client.id } }))).toMatchObject({
      code: 'not-found',
    });
  });

  it('tells the phase of a run by its own time zone', async () => {
    const { id } = await newBrand((await newClient('Foehn')).id, 'Zones');
    // 22:30 UTC on the 23rd is already the 24th in Tokyo, and still the 23rd in New York.
    const phase = async (startDate: string, endDate: string, timeZone: string) =>
      (await newRun(id, `${startDate} ${endDate} ${timeZone}`, { startDate, endDate, timeZone })).phase;
    expect(await phase('2026-11-24', '2026-11-30', 'UTC')).toBe('not-begun');
    expect(await phase('2026-11-24', '2026-11-30', 'Asia/Tokyo')).toBe('active');
    expect(await phase('2026-11-01', '2026-11-23', 'Asia/Tokyo')).toBe('over');
    expect(await phase('2026-11-01', '2026-11-23', 'America/New_York')).toBe('active');
    const active = await staff.call('listProductionRuns', { query: { limit: 50, brandId: id, active: true } });
    expect(active.items.map((run) => run.timeZone).toSorted()).toEqual(['America/New_York', 'Asia/Tokyo']);
    const over = await staff.call('listProductionRuns', { query: { limit: 50, brandId: id, phase: 'over' } });
    expect(over.items).toHaveLength(1);
  });

  it('refuses run dates out of order and zones that the database does not know', async () => {
    const { id } = await newBrand((await newClient('Ghibli')).id, 'Dates');
    const run = await newRun(id, 'One');
    const update = (body: object) =>
      refusal(staff.call('updateProductionRun', { params: { productionRunId: run.id }, body }));
    expect(await update({ endDate: '2026-10-31' })).toMatchObject({ code: 'validation-failed' });
    expect(await update({ timeZone: '+02:00' })).toMatchObject({ extras: { fields: [{ path: 'timeZone' }] } });
    expect(await refusal(newRun(id, 'Two', { timeZone: 'Mars/Olympus' }))).toMatchObject({ code: 'validation-failed' });
  });

  it('counts statuses by run and queues a refold when the dates move, and only then', async () => {
    const { id } = await newBrand((await newClient('Harmattan')).id, 'Counted');
    const run = await newRun(id, 'Run');
    const trackers = await insertTrackers(test.db, { count: 3, first: 700, runId: run.id });
    await test.db.query(sql`update tracker_status set status = 'DELIVERED' where tracker_id = ${trackers[0]!.id}`);
    const pending = () =>
      insertIds(
        test.db,
        sql`select tracker_id as id from status_pending where tracker_id = any(${trackers.map((t) => t.id)}::bigint[])`,
      );
    const params = { productionRunId: run.id };
    await staff.call('updateProductionRun', { params, body: { name: 'Renamed' } });
    expect(await pending()).toEqual([]);
    const moved = await staff.call('updateProductionRun', { params, body: { endDate: '2026-12-31' } });
    expect(moved).toMatchObject({ trackerCount: 3, statusCounts: { UNKNOWN: 2, DELIVERED: 1, IN_STORAGE: 0 } });
    expect((await pending()).toSorted()).toEqual(trackers.map((t) => t.id));
  });

  it('refuses a brand of a client that is archived or not there', async () => {
    const client = await newClient('Khamsin');
    await staff.call('updateClient', { params: { clientId: client.id }, body: { archived: true } });
    expect(await refusal(newBrand(client.id, 'Any'))).toMatchObject({ code: 'validation-failed' });
    expect(await refusal(newBrand(999_999, 'Any'))).toMatchObject({ code: 'validation-failed' });
  });

  it('takes no new run of a client that is archived, and gives none back to it', async () => {
    const client = await newClient('Ostro');
    const brand = await newBrand(client.id, 'Any');
    const dates = { startDate: '2026-11-01', endDate: '2026-11-30', timeZone: 'UTC' };
    const make = (name: string) => staff.call('createProductionRun', { body: { name, brandId: brand.id, ...dates } });
    const params = { productionRunId: (await make('Before')).id };
    const archive = (archived: boolean) => staff.call('updateProductionRun', { params, body: { archived } });
    await archive(true);
    await staff.call('updateClient', { params: { clientId: client.id }, body: { archived: true } });
    expect(await refusal(make('After'))).toMatchObject({
      code: 'validation-failed',
      message: expect.stringMatching(/client .* archived/),
    });
    expect(await refusal(archive(false))).toMatchObject({ code: 'validation-failed' });
    await staff.call('updateClient', { params: { clientId: client.id }, body: { archived: false } });
    expect(await archive(false)).toMatchObject({ archivedAt: null });
    expect(await make('After')).toMatchObject({ name: 'After' });
  });

  it('gives a brand to another client only while nothing is in it, and says what is', async () => {
    const [from, to] = [await newClient('Bise'), await newClient('Tramontana')];
    const brand = await newBrand(from.id, 'Sails');
    const params = { brandId: brand.id };
    const give = (clientId: number) => staff.call('updateBrand', { params, body: { clientId } });
    expect(await give(to.id)).toMatchObject({ client: { name: 'Tramontana' } });
    expect(await refusal(give(999_999))).toMatchObject({ code: 'validation-failed' });
    expect(await give(from.id)).toMatchObject({ client: { name: 'Bise' } });
    await newRun(brand.id, 'Spring');
    await newRun(brand.id, 'Autumn');
    expect(await refusal(give(to.id))).toMatchObject({
      code: 'conflict',
      message: '“Sails” has 2 production runs, which stay with Bise. Make a brand of this name for the other client.',
    });
    expect(await staff.call('getBrand', { params })).toMatchObject({ client: { name: 'Bise' } });
    // The database holds it, whoever asks.
    await expect(
      test.db.query(sql`update brands set client_id = ${to.id}::bigint where id = ${brand.id}::bigint`),
    ).rejects.toThrow(/stays with its client/);
  });

  it('shows a client’s user their own client, brands and runs, and nothing else', async () => {
    const client = await newClient('Levante');
    const brand = await newBrand(client.id, 'Own');
    const viewerId = await insertUser(test.db, 'vera', 'client-viewer', client.id);
    const viewer = callerOf(
      test.db,
      handlers,
      { userId: viewerId, role: 'client-viewer', clientId: client.id },
      { now },
    );
    const names = async (operation: 'listClients' | 'listBrands' | 'listProductionRuns') =>
      (await viewer.call(operation, { query: { limit: 50 } })).items.map((item) => item.name);
    expect(await names('listClients')).toEqual(['Levante']);
    expect(await names('listBrands')).toEqual(['Own']);
    expect(await names('listProductionRuns')).toEqual([]);
    const other = await newClient('Mistral');
    expect(await refusal(viewer.call('getClient', { params: { clientId: other.id } }))).toMatchObject({
      code: 'not-found',
    });
    expect(await viewer.call('getBrand', { params: { brandId: brand.id } })).toMatchObject({ name: 'Own' });
  });
});
