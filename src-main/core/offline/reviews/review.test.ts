import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../../testing/company.ts';
import { centralEngine, type TestDatabase } from '../../testing/database.ts';
import { startTcpProxy, type TcpProxy } from '../../testing/tcp-proxy.ts';
import { type BootedConsole, bootForTest, PASSWORD, removeFolder } from '../testing/booted-console.ts';

const range = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const NEW_PASSWORD = 'another password for tests';

describe.each([centralEngine()])('a review pinned from $name', ({ create }) => {
  let test: TestDatabase;
  let proxy: TcpProxy;
  let running: BootedConsole;
  let clients: number[];
  let trackers: number[];
  let runs: number[];

  beforeAll(async () => {
    test = await create();
    proxy = await startTcpProxy(test.connection);
    running = await bootForTest(proxy.url);
    await running.signIn('admin', PASSWORD);
    const first = await insertRun(test.db, 'Aurora', '2026-11-10', '2026-11-30');
    const second = await insertRun(test.db, 'Borealis', '2026-11-10', '2026-11-30');
    clients = [first.clientId, second.clientId];
    runs = [first.runId, second.runId];
    const made = [
      ...(await insertTrackers(test.db, { count: 2, runId: first.runId })),
      ...(await insertTrackers(test.db, { count: 1, first: 3, runId: second.runId })),
    ];
    trackers = made.map(({ id }) => id);
    await test.db.query(sql`select ensure_location_report_partitions('2026-11-01', '2026-11-30')`);
    for (const [index, id] of trackers.entries()) {
      await test.db.query(sql`
        insert into location_reports (tracker_id, reported_at, payload_hash, received_at, position, horizontal_accuracy_m, confidence)
        select ${id}::bigint, day, sha256(day::text::bytea), day, st_makepoint(${7 + index}::float8, 47 + n * 0.1)::geography, 10, 3
        from unnest(array['2026-11-05 12:00Z', '2026-11-15 12:00Z', '2026-11-20 12:00Z']::timestamptz[]) with ordinality d (day, n)`);
      await test.db.query(sql`update tracker_status set last_reported_at = '2026-11-20 12:00Z', status = 'IN_TRANSIT',
        last_position = st_makepoint(${7 + index}::float8, 47.3)::geography, last_horizontal_accuracy_m = 10, report_count = 3
        where tracker_id = ${id}::bigint`);
    }
    // As ingest says whose each report is.
    await test.db.query(sql`select restamp_reports(array_agg(id), array_agg('2026-11-01Z'::timestamptz),
      array_agg('2026-12-01Z'::timestamptz)) from unnest(${trackers}::bigint[]) id`);
    const position = { type: 'Point', coordinates: [7, 47.3] };
    const body = { name: 'Store', position, productionRunId: first.runId };
    expect((await running.send('POST', '/delivery-locations', body)).status).toBe(201);
    const viewer = { username: 'vera', displayName: 'Vera', role: 'client-viewer', clientId: first.clientId };
    expect((await running.send('POST', '/users', { ...viewer, password: PASSWORD })).status).toBe(201);
  }, 120_000);
  afterAll(async () => {
    await running?.stop();
    await proxy?.close();
    await test?.close();
    if (running) await removeFolder(running.dataDir);
  });

  async function pin(target: object) {
    const answer = await running.send('POST', '/review-pins', { target, label: 'a review', ...range });
    expect(answer.status).toBe(202);
    for (;;) {
      const { items } = (await running.send('GET', '/review-pins')).body;
      const found = items.find((item: { id: number }) => item.id === answer.body.id);
      if (found.state !== 'loading') return found;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
  const map = async () => (await running.send('GET', '/map/trackers?bbox=-180,-80,180,80&zoom=3')).body;

  it('answers map, tracker page and replay from what was pinned, with the age of the data', async () => {
    expect(await pin({ kind: 'client', clientId: clients[0] })).toMatchObject({
      state: 'ready',
      trackers: 2,
      total: 2,
    });
    const area = await pin({ kind: 'area', west: 8.5, south: 47.25, east: 9.5, north: 47.35 });
    expect(area).toMatchObject({ state: 'ready', trackers: 1 });
    const online = {
      tracker: (await running.send('GET', `/trackers/${trackers[0]}`)).body,
      track: (await running.send('GET', `/map/trackers/${trackers[0]}/track`)).body,
      map: await map(),
    };
    await proxy.cut();
    await running.until((state) => state.link === 'offline', 'the loss');
    const tracker = await running.send('GET', `/trackers/${trackers[0]}`);
    expect(tracker.body).toEqual(online.tracker);
    expect(Number(tracker.headers.get('x-data-age'))).toBeGreaterThanOrEqual(0);
    expect(Date.parse(tracker.headers.get('x-data-as-of') ?? '')).toBeGreaterThan(0);
    const track = await running.send('GET', `/map/trackers/${trackers[0]}/track`);
    expect(track.body).toEqual(online.track);
    const part = await running.send('GET', `/map/trackers/${trackers[0]}/track?from=2026-11-10T00:00:00Z`);
    expect(part.body.points).toHaveLength(2);
    const byId = (features: { properties: { trackerId: number } }[]) =>
      features.toSorted((a, b) => a.properties.trackerId - b.properties.trackerId);
    const offlineMap = await map();
    expect(offlineMap.total).toBe(3);
    expect(byId(offlineMap.features)).toEqual(byId(online.map.features));
    const reports = await running.send('GET', `/trackers/${trackers[0]}/location-reports`);
    expect(reports.body.items).toHaveLength(3);
    expect((await running.send('GET', '/delivery-locations')).body.items).toMatchObject([{ name: 'Store' }]);
    expect((await running.send('GET', '/storage-locations')).body.items).toEqual([]);
    expect((await running.send('GET', `/trackers/${trackers[0]}/status-history`)).status).toBe(200);
    const refused = await running.send('POST', '/review-pins', {
      target: { kind: 'client', clientId: 1 },
      label: 'x',
      ...range,
    });
    expect(refused.status).toBe(503);
    await proxy.restore();
    await running.until((state) => state.link === 'online', 'the link');
  }, 60_000);

  it('keeps a client’s user to that client, and shows no pins of others', async () => {
    await running.send('POST', '/auth/logout');
    await running.signIn('vera', PASSWORD);
    await running.send('POST', '/auth/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
    expect((await running.signIn('vera', NEW_PASSWORD)).status).toBe(200);
    expect((await running.send('GET', '/review-pins')).body.items).toEqual([]);
    expect(await pin({ kind: 'client', clientId: clients[1] })).toMatchObject({ state: 'ready', trackers: 0 });
    expect(await pin({ kind: 'area', west: -180, south: -80, east: 180, north: 80 })).toMatchObject({ trackers: 2 });
    await proxy.cut();
    await running.until((state) => state.link === 'offline', 'the loss');
    expect((await map()).total).toBe(2);
    expect((await running.send('GET', `/trackers/${trackers[2]}`)).status).toBe(503);
    // Before the run the tracker may have been with another client.
    expect((await running.send('GET', `/map/trackers/${trackers[0]}/track`)).body.points).toHaveLength(2);
    // Not even with a second person's session on the same workstation.
    await running.send('POST', '/auth/logout');
    expect((await running.signIn('admin', PASSWORD)).status).toBe(200);
    expect((await running.send('GET', '/review-pins')).body.items).toHaveLength(2);
    expect((await map()).total).toBe(3);
    await proxy.restore();
    await running.until((state) => state.link === 'online', 'the link');
  }, 60_000);

  it('pins a production run: its trackers and locations and nobody else’s, with what they did in the range', async () => {
    const { items } = (await running.send('GET', '/review-pins')).body;
    for (const { id } of items) await running.send('DELETE', `/review-pins/${id}`);
    const pinned = await pin({ kind: 'run', productionRunId: runs[0] });
    expect(pinned).toMatchObject({ state: 'ready', trackers: 2, total: 2, error: null });
    const path = `/map/trackers/${trackers[1]}/track`;
    const online = (await running.send('GET', path)).body;
    await proxy.cut();
    await running.until((state) => state.link === 'offline', 'the loss');
    const byRun = (run: number) =>
      running.send('GET', `/map/trackers?bbox=-180,-80,180,80&zoom=3&productionRunId=${run}`);
    const shown = (await byRun(runs[0]!)).body.features.map(
      (feature: { properties: { trackerId: number } }) => feature.properties.trackerId,
    );
    expect(shown.sort((a: number, b: number) => a - b)).toEqual(trackers.slice(0, 2));
    expect((await map()).total).toBe(2);
    expect((await running.send('GET', path)).body).toEqual(online);
    expect((await running.send('GET', `/trackers/${trackers[2]}`)).status).toBe(503);
    const found = (await running.send('GET', `/delivery-locations?productionRunId=${runs[0]}`)).body.items;
    expect(found).toMatchObject([{ name: 'Store' }]);
    await proxy.restore();
    await running.until((state) => state.link === 'online', 'the link');
    expect((await running.send('DELETE', `/review-pins/${pinned.id}`)).status).toBe(204);
    expect(await pin({ kind: 'client', clientId: clients[0] })).toMatchObject({ state: 'ready', trackers: 2 });
  }, 60_000);

  it('refreshes and unpins', async () => {
    const { items } = (await running.send('GET', '/review-pins')).body;
    await test.db.query(sql`update tracker_status set status = 'DELIVERED' where tracker_id = ${trackers[0]}::bigint`);
    const client = items.find((item: { target: { kind: string } }) => item.target.kind === 'client');
    expect((await running.send('POST', `/review-pins/${client.id}/refresh`)).status).toBe(202);
    for (;;) {
      const now = (await running.send('GET', '/review-pins')).body.items;
      if (now.every((item: { state: string }) => item.state === 'ready')) break;
    }
    await proxy.cut();
    await running.until((state) => state.link === 'offline', 'the loss');
    expect((await running.send('GET', `/trackers/${trackers[0]}`)).body.status).toBe('DELIVERED');
    for (const { id } of items) expect((await running.send('DELETE', `/review-pins/${id}`)).status).toBe(204);
    expect((await running.send('GET', '/map/trackers?bbox=-180,-80,180,80&zoom=3')).status).toBe(503);
  }, 60_000);
});
