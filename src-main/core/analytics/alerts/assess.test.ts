import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultThresholds } from '../../../../src-shared/contract/alerts.ts';
import type { ServerEvent } from '../../../../src-shared/contract/events.ts';
import { createConsoleStatusEngine } from '../../app/console-status-engine.ts';
import {
  fencesChanged,
  ingest,
  insertFence,
  type MadeReport,
  offset,
  payloadHash,
} from '../../status/testing/status-world.ts';
import { insertRun, insertTrackers, insertUser } from '../../testing/company.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { callerOf } from '../../testing/request.ts';
import { moveTrackers, refoldMoved } from '../../trackers/move-trackers.ts';
import { alertHandlers } from './alerts-routes.ts';
import { reconcileSilentTrackers, together } from './silence-alerts-store.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 4, 10, 12);
const home = { longitude: 8.54, latitude: 47.37 };
const shop = offset(home, 5_000, 0);
const away = offset(home, 0, 30_000);
const far = { longitude: 151.2, latitude: -33.87 };

describe.each(testEngines())('deliveries and alerts on $name', (engine) => {
  let database: TestDatabase;
  let run: Awaited<ReturnType<typeof insertRun>>;
  let other: Awaited<ReturnType<typeof insertRun>>;
  let shopId: number;
  let staff: number;
  let viewer: number;
  let trackerId: number;
  let first = 1;
  const clock = { now: new Date(NOON) };
  const events: ServerEvent[] = [];

  beforeAll(async () => {
    database = await engine.create();
    const { db } = database;
    run = await insertRun(db, 'run', '2026-05-01', '2026-05-31');
    other = await insertRun(db, 'other', '2026-05-01', '2026-05-31');
    await insertFence(db, { kind: 'storage', radiusM: 100, position: home, runId: run.runId });
    shopId = await insertFence(db, { kind: 'delivery', radiusM: 100, position: shop, runId: run.runId, name: 'Shop' });
    staff = await insertUser(db, 'olga', 'operations');
    viewer = await insertUser(db, 'vera', 'client-viewer', other.clientId);
  });
  beforeEach(async () => {
    await database.db.query(sql`delete from trackers`);
    await database.db.query(sql`delete from settings`);
    await database.db.query(sql`delete from alerts`);
    const [tracker] = await insertTrackers(database.db, { count: 1, first: first++, runId: run.runId });
    trackerId = tracker!.id;
    clock.now = new Date(NOON);
    events.length = 0;
  });
  afterAll(() => database?.close());

  const work = async () => {
    const engineOf = createConsoleStatusEngine({
      db: database.db,
      publish: (event) => events.push(event),
      log: (level, message, fields) => {
        if (level === 'error') throw new Error(message, { cause: fields.error });
      },
      now: () => clock.now,
    });
    await engineOf.drain();
    await engineOf.assess();
  };
  const report = (hours: number, position: MadeReport['position'], of = trackerId): MadeReport => ({
    trackerId: of,
    at: NOON + hours * HOUR,
    n: 0,
    position,
    accuracyM: 10,
  });
  const deliveries = async () => {
    const { rows } = await database.db.query<{ entered: number; confirmed: number; hash: string; reports: number }>(sql`
      select extract(epoch from entered_at - to_timestamp(${NOON / 1000}))::float8 / 3600 as entered,
        extract(epoch from confirmed_at - to_timestamp(${NOON / 1000}))::float8 / 3600 as confirmed,
        encode(confirmed_payload_hash, 'hex') as hash, report_count as reports
      from deliveries where tracker_id = ${trackerId} and location_id = ${shopId}`);
    return rows;
  };
  const as = (user: 'staff' | 'viewer' | 'owner', userId = staff) =>
    callerOf(
      database.db,
      alertHandlers,
      user === 'staff'
        ? { userId, role: 'operations', clientId: null }
        : { userId: viewer, role: 'client-viewer', clientId: user === 'owner' ? run.clientId : other.clientId },
      clock,
    );
  const alerts = async (query: object = { state: 'unresolved' }) =>
    (await as('staff').call('listAlerts', { query: { limit: 50, ...query } })).items;
  const kinds = async () => (await alerts()).map(({ kind }) => kind).sort();

  it('confirms a delivery by the first report that shows the minimum dwell, and says which', async () => {
    await ingest(database.db, [report(-6, home), report(-4, shop), report(-3.5, shop)]);
    await work();
    expect(await deliveries()).toEqual([]);
    const confirming = report(-2.5, shop);
    await ingest(database.db, [confirming, report(-1, shop)]);
    await work();
    const hash = payloadHash(confirming).toString('hex');
    expect(await deliveries()).toEqual([{ entered: -4, confirmed: -2.5, hash, reports: 3 }]);
    // A late report confirms earlier, one elsewhere takes the confirmation away again.
    await ingest(database.db, [report(-3, shop)]);
    await work();
    expect(await deliveries()).toMatchObject([{ entered: -4, confirmed: -3 }]);
    await ingest(database.db, [report(-3.6, away), report(-2.9, away), report(-2.4, away), report(-0.9, away)]);
    await work();
    expect(await deliveries()).toEqual([]);
  });

  it('does not take a visit that ended unseen for a delivery, nor a pass', async () => {
    await ingest(database.db, [report(-6, home), report(-5, shop), report(-1, home)]);
    await work();
    expect(await deliveries()).toEqual([]);
    expect(await kinds()).toEqual([]);
  });

  it('works deliveries out again when the minimum dwell changes', async () => {
    await ingest(database.db, [report(-6, home), report(-5, shop), report(-4.5, shop)]);
    await work();
    expect(await deliveries()).toEqual([]);
    await as('staff').call('updateThresholds', { body: { minimumDwellMinutes: 30 } });
    await work();
    expect(await deliveries()).toMatchObject([{ entered: -5, confirmed: -4.5 }]);
    expect(await as('staff').call('getThresholds')).toMatchObject({ minimumDwellMinutes: 30, silentHours: 48 });
  });

  it('takes a delivery away when the fence that made it goes', async () => {
    await ingest(database.db, [report(-6, home), report(-5, shop), report(-3, shop)]);
    await work();
    expect(await deliveries()).toHaveLength(1);
    const resize = async (radiusM: number) => {
      await database.db.query(sql`update locations set geofence_radius_m = ${radiusM},
        position = ST_MakePoint(${radiusM === 100 ? shop.longitude : 0}, ${shop.latitude})::geography where id = ${shopId}`);
      await fencesChanged(database.db, [shopId], { now: clock.now });
    };
    await resize(5);
    await work();
    expect(await deliveries()).toEqual([]);
    await resize(100);
    await work();
    expect(await deliveries()).toHaveLength(1);
  });

  it('keeps a delivery whose reports retention has dropped', async () => {
    await ingest(database.db, [report(-6, home), report(-5, shop), report(-3, shop)]);
    await work();
    const before = await deliveries();
    expect(before).toHaveLength(1);
    await database.db.query(sql`insert into report_retention (kept_from) values (${new Date(NOON - 2 * HOUR)})`);
    await database.db.query(sql`delete from location_reports where tracker_id = ${trackerId}`);
    await ingest(database.db, [report(-1, shop)]);
    await work();
    expect(await deliveries()).toEqual(before);
    await database.db.query(sql`delete from report_retention`);
  });

  it('raises an alert once, keeps it while it lasts, resolves it, and raises it anew', async () => {
    await ingest(database.db, [report(-9, shop), report(-7, shop), report(-5, home)]);
    await work();
    const [alert] = await alerts();
    expect(alert).toMatchObject({
      kind: 'left-delivery',
      severity: 'warning',
      state: 'open',
      tracker: { id: trackerId },
      productionRun: { id: run.runId },
      location: { id: shopId, name: 'Shop' },
      evidenceAt: new Date(NOON - 5 * HOUR).toISOString(),
      raisedAt: new Date(NOON).toISOString(),
    });
    const ofAlerts = () => events.splice(0).filter(({ type }) => type === 'alerts');
    expect(ofAlerts()).toEqual([{ type: 'alerts', clientId: run.clientId }]);
    await as('staff').call('acknowledgeAlerts', { body: { alertIds: [alert!.id], note: 'called the shop' } });
    clock.now = new Date(NOON + HOUR);
    await ingest(database.db, [report(-4, home)]);
    await work();
    expect(await alerts()).toMatchObject([
      { id: alert!.id, state: 'acknowledged', acknowledgement: { by: 'Test', note: 'called the shop' } },
    ]);
    await ingest(database.db, [report(-3, shop)]);
    await work();
    expect(await alerts()).toEqual([]);
    expect(await alerts({ state: 'resolved' })).toMatchObject([
      { id: alert!.id, resolvedAt: new Date(NOON + HOUR).toISOString() },
    ]);
    await ingest(database.db, [report(-1, home)]);
    await work();
    const [again] = await alerts();
    expect(again!.id).toBeGreaterThan(alert!.id);
    expect(again!.state).toBe('open');
  });

  it('finds each kind in what the reports say', async () => {
    await ingest(database.db, [report(-4, home), report(-3, far), report(-2, far)]);
    await work();
    expect(await kinds()).toEqual(['impossible-speed', 'off-route']);
    // In another run those are no alerts of this one any more.
    await database.db.transaction({ kind: 'system' }, async (tx) => {
      const move = { trackerIds: [trackerId], productionRunId: other.runId, since: NOON - 5 * HOUR, now: clock.now };
      await refoldMoved(tx, await moveTrackers(tx, move), clock.now);
    });
    await work();
    expect((await alerts()).map((alert) => [alert.kind, alert.productionRun?.id])).toEqual([
      ['impossible-speed', other.runId],
    ]);
    // A move ends them, and raises none.
    await database.db.transaction({ kind: 'system' }, async (tx) => {
      const back = { trackerIds: [trackerId], productionRunId: run.runId, now: clock.now };
      await refoldMoved(tx, await moveTrackers(tx, back), clock.now);
    });
    await work();
    expect(await alerts()).toEqual([]);

    const [stopped] = await insertTrackers(database.db, { count: 1, first: first++, runId: run.runId });
    const stop = Array.from({ length: 21 }, (_, n) => report(-40 + 2 * n, away, stopped!.id));
    await ingest(database.db, [report(-44, home, stopped!.id), ...stop]);
    await database.db.query(
      sql`update tracker_status set last_battery_level = 'very-low' where tracker_id = ${stopped!.id}`,
    );
    await work();
    const found = await alerts({ state: 'open', trackerId: stopped!.id });
    expect(found.map(({ kind }) => kind).sort()).toEqual(['battery-low', 'unexpected-stop']);
    expect(found.find(({ kind }) => kind === 'unexpected-stop')!.evidence).toMatchObject({ hours: 40 });
  });

  it('ends alerts with their run period, and tells nobody of one that was never meant', async () => {
    await ingest(database.db, [report(-9, shop), report(-7, shop), report(-5, home)]);
    await work();
    expect(await kinds()).toEqual(['left-delivery']);
    const moveTo = (productionRunId: number | null, since?: number) =>
      database.db.transaction({ kind: 'system' }, async (tx) => {
        const move = { trackerIds: [trackerId], productionRunId, since, now: clock.now };
        await refoldMoved(tx, await moveTrackers(tx, move), clock.now);
      });
    await moveTo(other.runId);
    expect(await kinds()).toEqual([]);
    expect(await alerts({ state: 'resolved' })).toMatchObject([
      { kind: 'left-delivery', client: { id: run.clientId }, resolvedAt: new Date(NOON).toISOString() },
    ]);
    await work();
    // It comes back: what it did in its earlier time there raises nothing again.
    clock.now = new Date(NOON + 2 * HOUR);
    await moveTo(run.runId);
    await ingest(database.db, [report(1.5, home)]);
    await work();
    expect(await kinds()).toEqual([]);
    const seen = async (user: 'owner' | 'viewer') =>
      (await as(user).call('listAlerts', { query: { limit: 50 } })).items.map(({ kind }) => kind);
    expect([await seen('owner'), await seen('viewer')]).toEqual([['left-delivery'], []]);
  });

  it('what was found in a time that proves to be of another run is nobody’s', async () => {
    await ingest(database.db, [report(-9, shop), report(-7, shop), report(-5, home)]);
    await work();
    expect(await kinds()).toEqual(['left-delivery']);
    await database.db.transaction({ kind: 'system' }, async (tx) => {
      const move = { trackerIds: [trackerId], productionRunId: other.runId, since: NOON - 8 * HOUR, now: clock.now };
      await refoldMoved(tx, await moveTrackers(tx, move), clock.now);
    });
    expect(await alerts({})).toEqual([]);
    expect((await as('owner').call('listAlerts', { query: { limit: 50 } })).items).toEqual([]);
    await work();
    expect(await alerts({})).toEqual([]);
  });

  it('tells silent trackers and clusters of them by the time alone, and takes them back', async () => {
    const others = await insertTrackers(database.db, { count: 7, first: first, runId: run.runId });
    first += 7;
    await database.db.query(sql`update trackers set manufactured_at = '2026-05-01'`);
    const ids = [trackerId, ...others.map(({ id }) => id)];
    // Six of eight reported at the beginning of the run; the seventh is fresh; the last never reported.
    await ingest(database.db, [...ids.slice(0, 6).map((id) => report(-100, home, id)), report(-1, home, ids[6]!)]);
    await work();
    const silent = await alerts({ kind: 'silent' });
    expect(silent.map(({ tracker }) => tracker!.id).sort((a, b) => a - b)).toEqual([...ids.slice(0, 6), ids[7]!]);
    expect(silent.find(({ tracker }) => tracker!.id === ids[7]!)!.evidence).toEqual({ lastReportedAt: null });
    expect(silent.find(({ tracker }) => tracker!.id === ids[0]!)!.evidence).toEqual({
      lastReportedAt: new Date(NOON - 100 * HOUR).toISOString(),
    });
    const [cluster] = await alerts({ kind: 'silent-cluster' });
    expect(cluster).toMatchObject({ severity: 'critical', tracker: null, evidence: { silent: 7, of: 8 } });
    expect(cluster!.evidence.trackerIds).toHaveLength(7);
    // On two pages it is the same as on one.
    const look = async (after: number, through: number) =>
      (await reconcileSilentTrackers(database.db, { after, through }, defaultThresholds, clock.now)).runs[0]!;
    const whole = await look(0, ids[7]!);
    expect(whole).toMatchObject({ expected: 8, silent: 7 });
    expect(together(await look(0, ids[2]!), await look(ids[2]!, ids[7]!))).toEqual(whole);
    await ingest(
      database.db,
      ids.slice(0, 4).map((id) => report(-0.5, home, id)),
    );
    await work();
    expect((await alerts({ state: 'open', kind: 'silent' })).map(({ tracker }) => tracker!.id)).toHaveLength(3);
    expect(await alerts({ state: 'unresolved', kind: 'silent-cluster' })).toEqual([]);
    // A run that is over expects nothing.
    clock.now = new Date(Date.UTC(2026, 5, 1));
    await work();
    expect(await alerts()).toEqual([]);
  });

  it('shows a client’s user the own client’s alerts and deliveries only, by the query and by the database', async () => {
    await ingest(database.db, [report(-9, shop), report(-7, shop), report(-5, home)]);
    await work();
    const query = { limit: 50 };
    expect((await as('owner').call('listAlerts', { query })).items).toHaveLength(1);
    expect((await as('viewer').call('listAlerts', { query })).items).toEqual([]);
    expect(await as('owner').call('getAlertSummary')).toMatchObject({
      open: 1,
      unresolved: 1,
      bySeverity: { critical: 0, warning: 1, info: 0 },
      byKind: [{ kind: 'left-delivery', open: 1 }],
      newest: [{ tracker: { id: trackerId } }],
    });
    expect(await as('viewer').call('getAlertSummary')).toMatchObject({ open: 0, unresolved: 0, newest: [] });
    for (const [clientId, rows] of [
      [run.clientId, 1],
      [other.clientId, 0],
    ] as const) {
      const scope = { kind: 'user', userId: viewer, clientId } as const;
      for (const table of [sql`alerts`, sql`deliveries`]) {
        const { rowCount } = await database.db.transaction(scope, (tx) => tx.query(sql`select from ${table}`));
        expect(rowCount).toBe(rows);
      }
      const change = database.db.transaction(scope, (tx) => tx.query(sql`update alerts set acknowledge_note = 'x'`));
      expect((await change).rowCount).toBe(0);
      await expect(database.db.transaction(scope, (tx) => tx.query(sql`delete from deliveries`))).rejects.toMatchObject(
        { code: '42501' },
      );
    }
  });
});
