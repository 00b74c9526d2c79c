import { parse } from 'csv-parse/sync';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

/** More than one page of the export. */
const COUNT = 2_100;

describe.each(testEngines())('the list of trackers as CSV, on $name', ({ create }) => {
  let running: TestConsole;
  let reviewer: string;
  let viewer: string;
  let macs: string[];
  beforeAll(async () => {
    const database = await create();
    running = await testConsole(database);
    reviewer = await running.signIn('reviewer');
    const { runId } = await insertRun(database.db, '=Aurora', '2026-11-01', '2026-11-30');
    const other = await insertRun(database.db, 'Borealis', '2026-11-01', '2026-11-30');
    viewer = await running.signIn('client-viewer', other.clientId);
    macs = (await insertTrackers(database.db, { count: COUNT, runId })).map(({ mac }) => mac);
    const [theirs] = await insertTrackers(database.db, { count: 1, first: COUNT + 1, runId: other.runId });
    await database.db.query(sql`
      update tracker_status set status = 'DELIVERED', last_position = st_makepoint(-8.52, 47.4)::geography,
        last_reported_at = '2026-11-20T08:00:00Z', last_horizontal_accuracy_m = 12 where tracker_id = ${theirs!.id}`);
  });
  afterAll(() => running?.close());
  const exported = async (query: string, as = reviewer) => {
    const { status, body } = await running.send('GET', `/trackers/export?${query}`, { as });
    expect(status).toBe(200);
    return parse(body, { columns: true }) as Record<string, string>[];
  };

  it('holds every row that matches, in the order of the list, with the columns asked for', async () => {
    const rows = await exported('columns=productionRun,mac&sort=macAddress&search=&stage=manufactured');
    expect(Object.keys(rows[0]!)).toEqual(['production_run', 'mac_address']);
    const own = rows.filter((row) => row.production_run !== 'Borealis');
    expect(own.map((row) => row.mac_address)).toEqual(macs.toSorted());
    // A name that a spreadsheet would run as a formula is made harmless.
    expect(own[0]!.production_run).toBe("'=Aurora");
  });

  it('writes positions as numbers and times in UTC, and only what the filters match', async () => {
    const rows = await exported('columns=status,position,lastReported&status=DELIVERED');
    expect(rows).toEqual([
      {
        status: 'DELIVERED',
        latitude: '47.4',
        longitude: '-8.52',
        accuracy_m: '12',
        last_reported_at: '2026-11-20T08:00:00.000Z',
      },
    ]);
  });

  it('gives a client’s user only their own, and is in the audit log', async () => {
    expect(await exported('columns=mac', viewer)).toHaveLength(1);
    const admin = await running.signIn('admin');
    const { body } = await running.send('GET', '/audit-entries?action=trackers.export', { as: admin });
    expect(body.items.length).toBe(3);
  });

  it('refuses columns that it does not have', async () => {
    const { status } = await running.send('GET', '/trackers/export?columns=mac,privateKey', { as: reviewer });
    expect(status).toBe(422);
  });
});
