import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { plainProfile } from '../../../src-shared/contract/export-profile.ts';
import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import { routes } from '../../../src-shared/contract/routes.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { makeClient } from '../testing/two-clients.ts';

const NOW = new Date('2026-11-23T08:15:00Z');

/** Every list that can be sorted, with the words that it takes. */
const sorted = (Object.entries(routes) as unknown as [string, RouteSpec][]).flatMap(([operation, spec]) => {
  const shape = (spec.query as z.ZodObject | undefined)?.shape;
  const sort = (shape?.sort as z.ZodDefault<z.ZodEnum> | undefined)?.unwrap().options.map(String);
  return sort && shape?.cursor ? [{ operation, path: spec.path, sorts: sort }] : [];
});
/** Of trackers, whose rows without a value follow in the order of another index: tested beside their statement. */
const apart = /^-?(id|macAddress|lastReportedAt)$/;

describe.each(testEngines())('sorted lists on $name', ({ create }) => {
  let app: TestConsole;
  let admin: string;
  let viewer: string;
  beforeAll(async () => {
    const database = await create();
    app = await testConsole(database);
    const { clientId, brandId, userId, productionRunId } = (await makeClient(database.db, 'aster', 1, NOW)).ids;
    await makeClient(database.db, 'zebra', 50, NOW);
    // Ties, and rows without a value: each third is like the others, each second lacks what may be lacking.
    await database.db.query(sql`
      insert into clients (name, notes) select 'Client ' || n, case when n % 2 = 0 then 'Note ' || n % 3 else '' end
      from generate_series(1, 5) n`);
    await database.db.query(sql`
      insert into production_runs (brand_id, client_id, name, start_date, end_date, time_zone)
      select ${brandId}::bigint, ${clientId}::bigint, 'Run ' || n, date '2026-11-01' + n % 3 * 30, date '2027-03-01', 'UTC'
      from generate_series(1, 5) n`);
    await database.db.query(sql`
      insert into key_batches (label, requested_count, state, created_by, production_run_id)
      select 'Batch ' || n % 3, n % 3 + 1, 'ready', ${userId}::bigint, case when n % 2 = 0 then ${productionRunId}::bigint end
      from generate_series(1, 5) n`);
    await database.db.query(sql`
      insert into users (username, display_name, role, password_hash, last_login_at)
      select 'u' || n, 'Person ' || n % 3, 'warehouse', 'x', case when n % 2 = 0 then ${NOW}::timestamptz end
      from generate_series(1, 5) n`);
    await database.db.query(sql`
      insert into jobs (kind, state, label, created_at, started_at, finished_at)
      select 'key-generation', 'succeeded', 'Job ' || n % 3, ${NOW}, ${NOW}, case when n % 2 = 0 then ${NOW}::timestamptz + n % 3 * interval '1 s' end
      from generate_series(1, 5) n`);
    await database.db.query(sql`
      insert into customer_orders (client_id, quantity, notes, created_by, due_date)
      select ${clientId}::bigint, n % 3 + 1, '', ${userId}::bigint, case when n % 2 = 0 then date '2026-12-01' end
      from generate_series(1, 5) n`);
    await database.db.query(sql`
      insert into alerts (kind, severity, tracker_id, production_run_id, client_id, raised_at, evidence_at, evidence)
      select kind, severity, t.id, t.production_run_id, t.client_id, ${NOW}, ${NOW}, '{}'
      from trackers t cross join (values ('battery-low', 'info'), ('off-route', 'warning'), ('left-delivery', 'warning'),
        ('unexpected-stop', 'critical')) k (kind, severity)
      where t.production_run_id = ${productionRunId}::bigint on conflict do nothing`);
    admin = await app.signIn('admin');
    viewer = await app.signIn('client-viewer', clientId);
    for (const n of [1, 2, 3, 4, 5]) {
      const body = { name: `Maker ${n}`, contact: n % 2 ? '' : `Contact ${n % 3}`, profile: plainProfile('csv') };
      await app.send('POST', '/manufacturers', { as: admin, body });
    }
  });
  afterAll(() => app?.close());

  async function idsOf(path: string, sort: string, limit: number, as: string): Promise<number[]> {
    const ids: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const url = `${path}?sort=${sort}&limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const { status, body } = await app.send('GET', url, { as });
      expect([url, status]).toEqual([url, 200]);
      // An audit entry has an id once it is sealed.
      ids.push(...(body.items as { id: number; sequence?: number }[]).map(({ id, sequence = id }) => sequence));
      cursor = body.nextCursor as string | null;
    }
    return ids;
  }

  it.each(sorted)('$operation: pages are the whole list, and the two ways round mirror each other', async (list) => {
    expect(list.sorts.length).toBeGreaterThan(1);
    for (const sort of list.sorts) {
      const whole = await idsOf(list.path, sort, 500, admin);
      expect(whole.length, sort).toBeGreaterThan(3);
      expect(new Set(whole).size, sort).toBe(whole.length);
      expect(await idsOf(list.path, sort, Math.ceil(whole.length / 3), admin), sort).toEqual(whole);
      if (sort.startsWith('-') || apart.test(sort)) continue;
      // Both ways the rows without a value come last, the first so many: the rest is the other way round.
      const back = await idsOf(list.path, `-${sort}`, 500, admin);
      const mirrored = whole.map((_, cut) => [...whole.slice(0, cut).reverse(), ...whole.slice(cut).reverse()]);
      expect(mirrored, sort).toContainEqual(back);
    }
  });

  it('a client’s user sorts what is told to them', async () => {
    for (const { operation, path, sorts } of sorted.filter((list) => list.operation === 'listTrackers'))
      for (const sort of sorts) expect(await idsOf(path, sort, 500, viewer), `${operation} ${sort}`).toHaveLength(2);
  });
});
