import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { distanceM } from '../../../src-shared/domain/geo/distance.ts';
import { referrers } from '../app/referrers.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { callerOf, refusal, type StandInParts } from '../testing/request.ts';
import { locationDeletionHandlers } from './location-deletion-routes.ts';
import { locationHandlers } from './locations-routes.ts';

const handlers = (parts: StandInParts) => ({
  ...locationHandlers(parts),
  ...locationDeletionHandlers(referrers.location),
});

const now = new Date('2026-11-23T12:00:00Z');
const basel = { type: 'Point', coordinates: [7.59, 47.56] };

describe.each(testEngines())('locations on $name', ({ create }) => {
  let test: TestDatabase;
  let staff: ReturnType<typeof callerOf<ReturnType<typeof handlers>>>;
  let aurora: Awaited<ReturnType<typeof insertRun>>;
  let borealis: Awaited<ReturnType<typeof insertRun>>;
  let trackerIds: number[];
  beforeAll(async () => {
    test = await create();
    const userId = await insertUser(test.db, 'olga', 'operations');
    staff = callerOf(test.db, handlers, { userId, role: 'operations', clientId: null }, { now });
    aurora = await insertRun(test.db, 'Aurora', '2026-11-01', '2026-11-30');
    borealis = await insertRun(test.db, 'Borealis', '2026-11-01', '2026-11-30');
    const inAurora = await insertTrackers(test.db, { count: 2, runId: aurora.runId });
    const inBorealis = await insertTrackers(test.db, { count: 1, first: 10, runId: borealis.runId });
    trackerIds = [...inAurora, ...inBorealis].map((tracker) => tracker.id);
  });
  afterAll(() => test?.close());
  beforeEach(() => test.db.query(sql`delete from status_pending`));

  const pending = async () =>
    (await insertIds(test.db, sql`select tracker_id as id from status_pending order by tracker_id`)).map((id) =>
      trackerIds.indexOf(id),
    );
  const make = (name: string, extra: object = {}) =>
    staff.call('createStorageLocation', {
      body: {
        name,
        address: '',
        position: basel,
        geofenceRadiusM: 100,
        productionRunId: null,
        productionRunIds: [],
        ...extra,
      },
    });
  const change = (locationId: number, body: object) =>
    staff.call('updateStorageLocation', {
      params: { locationId },
      body: { fenceChangedAt: null, finishedRunIds: [], ...body },
    });

  it('stores a location with its nearest city and both relations to runs', async () => {
    const location = await make('Rheinlager', {
      productionRunId: aurora.runId,
      productionRunIds: [borealis.runId, borealis.runId],
    });
    expect(location).toMatchObject({
      kind: 'storage',
      position: basel,
      nearestCity: 'Basel, CH',
      productionRun: { id: aurora.runId, name: 'Aurora' },
      productionRuns: [{ id: borealis.runId, name: 'Borealis' }],
      trackersInside: 0,
    });
    expect(await pending()).toEqual([0, 1, 2]);
    const read = (operation: 'getStorageLocation' | 'getDeliveryLocation') =>
      staff.call(operation, { params: { locationId: location.id } });
    expect(await read('getStorageLocation')).toEqual(location);
    expect(await refusal(read('getDeliveryLocation'))).toMatchObject({ code: 'not-found' });
    const ofRun = await staff.call('listStorageLocations', { query: { limit: 9, productionRunId: borealis.runId } });
    expect(ofRun.items).toEqual([location]);
  });

  it('refolds exactly when what the status rules read has changed', async () => {
    const { id } = await make('Nordlager', { productionRunId: aurora.runId });
    const refolded = async (body: object) => {
      await test.db.query(sql`delete from status_pending`);
      await change(id, body);
      return pending();
    };
    expect(await refolded({ name: 'Nord', address: 'Hafen 1' })).toEqual([]);
    expect(await refolded({ position: basel, geofenceRadiusM: 100 })).toEqual([]);
    expect(await refolded({ geofenceRadiusM: 250 })).toEqual([0, 1]);
    expect(await refolded({ position: { type: 'Point', coordinates: [7.6, 47.56] } })).toEqual([0, 1]);
    expect(await refolded({ productionRunIds: [borealis.runId] })).toEqual([2]);
    // Moved from the one relation to the other, it counts on.
    expect(await refolded({ productionRunId: borealis.runId, productionRunIds: [aurora.runId] })).toEqual([]);
    expect(await refolded({ archived: true })).toEqual([0, 1, 2]);
    expect(await refolded({ archived: true })).toEqual([]);
    expect(await refolded({ productionRunIds: [] })).toEqual([]);
    expect(await refolded({ productionRunIds: [aurora.runId] })).toEqual([]);
  });

  it('names the new city when a location moves', async () => {
    const { id } = await make('Wanderlager');
    const moved = await change(id, { position: { type: 'Point', coordinates: [-70.6693, -33.4489] } });
    expect(moved.nearestCity).toBe('Santiago, CL');
    expect(moved.position.coordinates).toEqual([-70.6693, -33.4489]);
  });

  it('stores an outline across the antimeridian, cut at 50 km, with its middle and no margin, and makes it a circle again', async () => {
    const corners = [
      [179, -17],
      [-179, -17],
      [-179, -16],
      [179, -16],
    ];
    const outline = { type: 'Polygon', coordinates: [corners] };
    const body = { name: 'Fiji', address: '', productionRunId: null, productionRunIds: [], outline };
    const made = await staff.call('createStorageLocation', { body });
    expect(made).toMatchObject({ geofenceRadiusM: 0, position: { coordinates: [180, -16.502377] } });
    const ring = made.outline!.coordinates[0]![0]!;
    expect(corners.every((corner) => ring.some((one) => one.join() === corner.join()))).toBe(true);
    expect(ring.length).toBeGreaterThan(12);
    for (const [i, [longitude, latitude]] of ring.slice(1).entries())
      expect(distanceM({ longitude, latitude }, { longitude: ring[i]![0], latitude: ring[i]![1] })).toBeLessThanOrEqual(
        50_200,
      );
    // The point of an outline is only shown: nothing is folded again, and there is no other shape.
    await change(made.id, { productionRunId: aurora.runId });
    await test.db.query(sql`delete from status_pending`);
    await change(made.id, { position: basel });
    expect(await pending()).toEqual([]);
    await change(made.id, { geofenceRadiusM: 30 });
    expect(await pending()).toEqual([0, 1]);
    expect(await change(made.id, { outline: null })).toMatchObject({
      outline: null,
      geofenceRadiusM: 30,
      position: basel,
    });
    const refused = (change: object) =>
      refusal(staff.call('createStorageLocation', { body: { ...body, ...change } as never }));
    const bow = [[...corners.slice(0, 2), corners[3], corners[2]]];
    expect(await refused({ outline: { type: 'Polygon', coordinates: bow } })).toMatchObject({
      code: 'validation-failed',
      extras: {
        fields: [{ path: 'outline', message: expect.stringMatching(/crosses or touches itself near -1[67]/) }],
      },
    });
    expect(await refused({ outline: null })).toMatchObject({ extras: { fields: [{ path: 'position' }] } });
    expect(await refused({ outline: null, position: basel, geofenceRadiusM: 4 })).toMatchObject({
      extras: { fields: [{ path: 'geofenceRadiusM' }] },
    });
  });

  it('refuses runs that are not there', async () => {
    expect(await refusal(make('Nirgends', { productionRunIds: [999_999] }))).toMatchObject({
      code: 'validation-failed',
      extras: { fields: [{ path: 'productionRunIds' }] },
    });
  });

  it('deletes what no tracker was ever in, and otherwise names the trackers', async () => {
    const { id } = await make('Kurzlager', { productionRunId: aurora.runId });
    const remove = () => staff.call('deleteStorageLocation', { params: { locationId: id } });
    await test.db.query(
      sql`update tracker_status set location_id = ${id}, status = 'IN_STORAGE' where tracker_id = ${trackerIds[0]}`,
    );
    const held = await staff.call('getStorageLocation', { params: { locationId: id } });
    expect(held.trackersInside).toBe(1);
    expect((await refusal(remove())).extras.references).toMatchObject([{ type: 'tracker', id: trackerIds[0] }]);
    await test.db.query(sql`update tracker_status set location_id = null where tracker_id = ${trackerIds[0]}`);
    await remove();
    expect(await refusal(remove())).toMatchObject({ code: 'not-found' });
  });

  it('shows a client’s user the locations of their own runs, with their own runs only', async () => {
    const shared = await make('Gemeinsam', { productionRunId: aurora.runId, productionRunIds: [borealis.runId] });
    const foreign = await make('Fremd', { productionRunId: aurora.runId });
    const userId = await insertUser(test.db, 'vera', 'client-viewer', borealis.clientId);
    const viewer = callerOf(test.db, handlers, { userId, role: 'client-viewer', clientId: borealis.clientId }, { now });
    const seen = await viewer.call('getStorageLocation', { params: { locationId: shared.id } });
    expect(seen).toMatchObject({ productionRun: null, productionRuns: [{ name: 'Borealis' }] });
    expect(await refusal(viewer.call('getStorageLocation', { params: { locationId: foreign.id } }))).toMatchObject({
      code: 'not-found',
    });
  });
});
