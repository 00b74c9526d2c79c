import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { fencesChanged, ingest, insertFence, offset } from '../status/testing/status-world.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 20, 12);
const shop = { longitude: 12, latitude: 89.9 };

describe.each(testEngines())('fence suggestions on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let operations: string;
  let shopId: number;
  let ids: number[];
  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
    operations = await app.signIn('operations');
    const { db } = database;
    const { runId } = await insertRun(db, 'run', '2026-11-01', '2026-11-30');
    shopId = await insertFence(db, { kind: 'delivery', radiusM: 100, position: shop, runId, name: 'Shop' });
    ids = (await insertTrackers(db, { count: 3, runId })).map(({ id }) => id);
    // Two stand 160 m beside the point, the third never comes near.
    await ingest(
      db,
      ids.flatMap((trackerId, t) =>
        Array.from({ length: 15 }, (_, n) => ({
          trackerId,
          at: NOON + n * HOUR,
          n: 0,
          position: t === 2 || n < 3 ? offset(shop, 0, -9_000) : offset(shop, 160, 0),
          accuracyM: 20,
        })),
      ),
    );
    await drain();
  });
  afterAll(() => app?.close());

  const drain = () =>
    createConsoleStatusEngine({
      db: database.db,
      publish: () => undefined,
      log: (level, message, fields) => {
        if (level === 'error') throw new Error(message, { cause: fields.error });
      },
      now: () => app.clock.now,
    }).drain();
  const snapshot = async () => {
    const { rows } = await database.db.query(sql`
      select tracker_id, status, location_id, entered_at from status_history where superseded_at is null order by 1, 4`);
    const fence = await database.db.query(sql`select geofence_radius_m from locations where id = ${shopId}`);
    return JSON.stringify([rows, fence.rows]);
  };

  it('suggests a fence that holds what stands beside it', async () => {
    const { status, body } = await app.send('GET', `/locations/${shopId}/fence-suggestion`, { as: operations });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      verdict: 'larger',
      currentRadiusM: 100,
      suggestedRadiusM: 185,
      reports: 24,
      inside: 0,
      undecided: 0,
      outside: 24,
      medianAccuracyM: 20,
      roomM: null,
    });
    expect((await app.send('GET', '/locations/999999/fence-suggestion', { as: operations })).status).toBe(404);
  });

  it('previews which history would change, keeps nothing of it, and says the same as applying it', async () => {
    const before = await snapshot();
    const body = { geofenceRadiusM: 180 };
    const asked = await app.send('POST', `/locations/${shopId}/fence-preview`, { as: operations, body });
    expect(asked.status).toBe(202);
    const job = await app.jobEnd(asked.body.id, operations);
    expect(job.result).toMatchObject({
      trackers: 3,
      touched: 2,
      changed: 2,
      otherStatusNow: 2,
      entriesAdded: 2,
      entriesRemoved: 0,
    });
    expect(job.progress.done).toBe(3);
    const { examples } = job.result as { examples: { trackerId: number; added: object[] }[] };
    expect(examples.map(({ trackerId }) => trackerId)).toEqual(ids.slice(0, 2));
    expect(examples[0]!.added).toEqual([
      { status: 'DELIVERED', location: 'Shop', enteredAt: new Date(NOON + 3 * HOUR).toISOString() },
    ]);
    expect(await snapshot()).toBe(before);

    await app.send('PATCH', `/delivery-locations/${shopId}`, { as: operations, body });
    await drain();
    const { rows } = await database.db.query<{ id: number }>(sql`
      select tracker_id as id from tracker_status where status = 'DELIVERED' order by 1`);
    expect(rows.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    // The other way: what is there now would go.
    const back = await app.send('POST', `/locations/${shopId}/fence-preview`, {
      as: operations,
      body: { geofenceRadiusM: 180, position: { type: 'Point', coordinates: [12, 0] } },
    });
    expect((await app.jobEnd(back.body.id, operations)).result).toMatchObject({
      changed: 2,
      entriesRemoved: 2,
      entriesAdded: 0,
    });
  });

  it('lists every fence that does not fit, and resizes them together; one changed since is refused by its name', async () => {
    const { runId } = await insertRun(database.db, 'second', '2026-11-01', '2026-11-30');
    const quiet = await insertFence(database.db, {
      kind: 'storage',
      radiusM: 90,
      position: { longitude: 3, latitude: 4 },
      runId,
    });
    await database.db.query(
      sql`update locations set geofence_radius_m = 500, position = ST_MakePoint(12, 89.9)::geography where id = ${shopId}`,
    );
    await fencesChanged(database.db, [shopId]);
    const asked = await app.send('POST', '/fence-check', { as: operations });
    expect(asked.status).toBe(202);
    const { result } = await app.jobEnd(asked.body.id, operations);
    expect(result).toMatchObject({ fences: 2, fitting: 0, unknown: 1, unfitting: 1 });
    expect(result?.items).toMatchObject([
      { locationId: shopId, name: 'Shop', verdict: 'smaller', suggestedRadiusM: 185 },
    ]);
    const body = {
      fences: [
        { locationId: shopId, geofenceRadiusM: 185, currentRadiusM: 500 },
        { locationId: quiet, geofenceRadiusM: 50, currentRadiusM: 100 },
        { locationId: 999_999, geofenceRadiusM: 50, currentRadiusM: 100 },
      ],
    };
    const done = await app.send('POST', '/fence-sizes', { as: operations, body });
    expect(done.body).toMatchObject({
      changed: [shopId],
      refused: [
        { locationId: quiet, name: 'fence', reason: 'Its radius is now 90 m. Check the fences again.' },
        { locationId: 999_999, reason: 'It no longer exists.' },
      ],
    });
    await drain();
    expect((await app.jobEnd(done.body.jobId, operations)).label).toBe('Shop: fence changed');
    const again = await app.send('POST', '/fence-sizes', { as: operations, body });
    expect(again.body).toMatchObject({ changed: [], jobId: null });
  });

  it('is not for people who may not change fences', async () => {
    const reviewer = await app.signIn('reviewer');
    const body = { geofenceRadiusM: 180 };
    expect((await app.send('POST', `/locations/${shopId}/fence-preview`, { as: reviewer, body })).status).toBe(403);
    expect((await app.send('GET', `/locations/${shopId}/fence-suggestion`, { as: reviewer })).status).toBe(200);
  });
});
