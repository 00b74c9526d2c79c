import { expect, test } from '@playwright/test';
import { noFaults } from '../src-main/demo/simulator/faults.ts';
import { createSimulator, type Simulator } from '../src-main/demo/simulator/simulator.ts';
import { liveTrackers, simulatorOptions } from '../src-main/node/testing/tracker-life.ts';
import { signIn } from './support/api.ts';
import { startConsole, type TestConsole, temporaryDataDir } from './support/console.ts';

/** The main job through the REST API alone: from a key batch to DELIVERED, on a console of its own. */
test.describe('the life of a tracker, over the API', () => {
  let simulator: Simulator;
  let running: TestConsole;
  let data: Awaited<ReturnType<typeof temporaryDataDir>>;

  test.beforeAll(async () => {
    data = await temporaryDataDir();
    [simulator, running] = await Promise.all([
      createSimulator({ baseFaults: noFaults, ...simulatorOptions }),
      startConsole({ dataDir: data.dataDir }),
    ]);
  });
  test.afterAll(async () => {
    await running?.stop();
    await simulator?.close();
    await data?.remove();
  });

  test('key batch, export, import, order, scan, fetch, status, map', async () => {
    const person = await signIn(running.url);
    const { api } = person;
    const { storage, delivery, tracker } = await liveTrackers(person, simulator);
    expect(tracker).toMatchObject({ location: { id: delivery.id, kind: 'delivery' }, stage: 'allocated' });
    expect(tracker.lastReport!.nearestCity!.name).toMatch(/Frankfurt/);
    const history = await api.listStatusHistory({ params: { trackerId: tracker.id } });
    expect(history.items.map((entry) => entry.status)).toEqual(['DELIVERED', 'IN_TRANSIT', 'IN_STORAGE']);
    expect(history.items.at(-1)!.location!.id).toBe(storage.id);
    const reports = await api.listLocationReports({ params: { trackerId: tracker.id }, query: { limit: 500 } });
    const id = tracker.hashedAdvertisementKey;
    const sent = simulator.reportsOf([id], { from: Date.now() - 7 * 86_400_000, now: Date.now() }).get(id) ?? [];
    expect(reports.items.length).toBeGreaterThan(10);
    expect(reports.items.length).toBeLessThanOrEqual(sent.length);

    const map = await api.getMapTrackers({ query: { bbox: '5,47,15,55', zoom: '18' as never } });
    expect(map.total).toBe(2);
    const track = await api.getTrackerTrack({ params: { trackerId: tracker.id } });
    expect(track.points.length).toBe(reports.items.filter((report) => report.position !== null).length);

    // A stop and a start later everything is as it was, and nothing is fetched twice.
    await running.stop();
    running = await startConsole({ dataDir: data.dataDir });
    const again = await signIn(running.url);
    expect((await again.api.getTracker({ params: { trackerId: tracker.id } })).status).toBe('DELIVERED');
    const { totals } = await again.api.getFetcher();
    expect(totals.stored).toBeGreaterThanOrEqual(reports.items.length);
    expect((await again.api.verifyAuditLog()).ok).toBe(true);
  });
});
