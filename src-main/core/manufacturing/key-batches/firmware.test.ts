import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import { batteryOf, firmwares } from '../../../../src-shared/domain/find-my/battery.ts';
import { ingestReports } from '../../fetching/ingest/ingest.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const VOLTS_3_2 = 32;

describe.each(testEngines())('the firmware of a batch on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    as = await app.signIn('operations');
  });
  afterAll(() => app?.close());

  const newBatch = async (more: Record<string, unknown>) => {
    const { body } = await app.send('POST', '/key-batches', { as, body: { count: 1, label: 'B', ...more } });
    await app.jobEnd(body.id, as);
    return body.resource.id as number;
  };
  let second = 0;
  /** What is told of the batch's tracker after a report with this status byte. */
  const batteryAfter = async (batchId: number, statusByte: number) => {
    const { rows } = await app.parts.db.query<{ id: number }>(
      sql`select id from trackers where key_batch_id = ${batchId}`,
    );
    const trackerId = rows[0]!.id;
    const now = app.clock.now;
    const report = {
      ...{ trackerId, timestampMs: now.getTime() - 3_600_000 + 1000 * ++second, publishedAt: null },
      ...{ payloadHash: new Uint8Array(32).fill(second), latitude: 52, longitude: 13, horizontalAccuracyM: 9 },
      ...{ confidence: 3, statusByte, invalidPosition: false },
    };
    await ingestReports(app.parts.db, [report], { now, maxReportAgeDays: 7, nearestCity: () => null });
    const { body } = await app.send('GET', `/trackers/${trackerId}`, { as });
    const list = await app.send('GET', `/trackers/${trackerId}/location-reports`, { as });
    expect(list.body.items[0].batteryLevel).toBe(body.lastReport.batteryLevel);
    expect(list.body.items[0].batteryVolts).toBe(body.lastReport.batteryVolts);
    return body.lastReport.batteryLevel ?? body.lastReport.batteryVolts;
  };

  it('reads the battery by its own table, and shows none where the firmware is not known', async () => {
    expect(await batteryAfter(await newBatch({ firmware: 'flagged' }), 0xa0)).toBe('low');
    expect(await batteryAfter(await newBatch({ firmware: 'pix' }), 0x40)).toBe('medium');
    expect(await batteryAfter(await newBatch({ firmware: 'voltage' }), VOLTS_3_2)).toBe(3.2);
    expect(await batteryAfter(await newBatch({}), VOLTS_3_2)).toBeNull();
  });

  it('takes the firmware from the profile of the manufacturer that the keys go to', async () => {
    const batchId = await newBatch({});
    const profile = { ...plainProfile('csv'), firmware: 'voltage' };
    const { body } = await app.send('POST', '/manufacturers', { as, body: { name: 'Volts', profile } });
    const order = { as, body: { manufacturerId: body.id } };
    const job = await app.send('POST', `/key-batches/${batchId}/manufacturer-exports`, order);
    expect((await app.jobEnd(job.body.id, as)).state).toBe('succeeded');
    expect(await batteryAfter(batchId, VOLTS_3_2)).toBe(3.2);
  });

  it('forgets what another table told when it is set right', async () => {
    const batchId = await newBatch({ firmware: 'flagged' });
    expect(await batteryAfter(batchId, VOLTS_3_2)).toBe('full');
    const set = await app.send('POST', `/key-batches/${batchId}/firmware`, { as, body: { firmware: 'pix' } });
    expect(set.body.firmware).toBe('pix');
    const { rows } = await app.parts.db.query(sql`
      select s.last_battery_level as level from tracker_status s join trackers t on t.id = s.tracker_id
      where t.key_batch_id = ${batchId}`);
    expect(rows).toEqual([{ level: null }]);
    expect(await batteryAfter(batchId, 0xc0)).toBe('very-low');
  });

  it('reads every status byte the same in the database', async () => {
    for (const firmware of firmwares) {
      const { rows } = await app.parts.db.query<{ levels: (string | null)[] }>(sql`
        select array_agg(battery_of(byte::smallint, ${firmware}) order by byte) as levels from generate_series(0, 255) byte`);
      expect(rows[0]!.levels).toEqual(Array.from({ length: 256 }, (_, byte) => batteryOf(byte, firmware)));
    }
  });

  it('lists the keys of a tracker, and when each was heard', async () => {
    const batchId = await newBatch({ keysPerDevice: 3 });
    await batteryAfter(batchId, 0);
    const { rows } = await app.parts.db.query<{ id: number }>(sql`
      select id from trackers where key_batch_id = ${batchId}`);
    const { body } = await app.send('GET', `/trackers/${rows[0]!.id}/device-keys`, { as });
    expect(body.items).toMatchObject([
      { number: 1, hasPrivateKey: true, reportCount: 1, lastHeardAt: expect.any(String) },
      { number: 2, hasPrivateKey: true, reportCount: 0, lastHeardAt: null },
      { number: 3, hasPrivateKey: true, reportCount: 0, lastHeardAt: null },
    ]);
  });
});
