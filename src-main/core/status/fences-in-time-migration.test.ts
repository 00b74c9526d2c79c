import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionConfig } from '../platform/db/connection.ts';
import { migrate } from '../platform/db/migrate.ts';
import { insertIds, insertRun } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { dropAll } from '../testing/drop-all.ts';
import { followFences } from './fences-in-time.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations');
const now = new Date('2026-11-20T12:00:00Z');

/** A database with locations, as it was before fences were kept in time. */
describe.each(testEngines())('fences of a former database on $name', ({ create }) => {
  let test: TestDatabase;
  let folder: string;
  let runs: number[];
  let ids: number[];
  beforeAll(async () => {
    test = await create();
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    const apply = () => migrate(connectionConfig(test.connection), folder);
    await test.db.query(dropAll);
    const files = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort();
    const copy = (names: string[]) => Promise.all(names.map((name) => cp(join(migrations, name), join(folder, name))));
    await copy(files.filter((file) => file < '0200'));
    await apply();
    runs = [
      (await insertRun(test.db, 'under way', '2026-11-01', '2026-11-30')).runId,
      (await insertRun(test.db, 'over', '2026-09-01', '2026-09-30')).runId,
    ];
    // By the column, by both relations, archived, and of no run.
    ids = await insertIds(
      test.db,
      sql`insert into locations (kind, name, position, geofence_radius_m, production_run_id, archived_at)
        select 'storage', n::text, ST_MakePoint(n, n)::geography, 100 * n, case when n < 4 then ${runs[0]}::bigint end,
          case when n = 3 then ${now}::timestamptz - interval '1 day' end
        from generate_series(1, 4) n returning id`,
    );
    await test.db.query(sql`insert into production_run_locations select run, ${ids[1]}::bigint
      from unnest(${runs}::bigint[]) as run`);
    await copy(files.filter((file) => file >= '0200'));
    await apply();
  });
  afterAll(async () => {
    await test?.close();
    await rm(folder, { recursive: true });
  });

  const counting = async () => {
    const { rows } = await test.db.query<Record<'run' | 'location' | 'from' | 'to' | 'radius', string>>(sql`
      select f.production_run_id as run, f.location_id as location, f.valid_from::text as from, f.valid_to::text as to,
        s.radius_m as radius
      from run_fences f join fence_shapes s on s.id = f.shape_id order by 2, 1, f.valid_from`);
    return rows.map(({ run, location, from, to, radius }) => [
      runs.indexOf(Number(run)),
      ids.indexOf(Number(location)),
      ...[from, to].map((text) => (text.endsWith('infinity') ? text : new Date(text).getTime() - now.getTime())),
      radius,
    ]);
  };

  it('count as they did: from the beginning, in finished runs too, and archived ones not at all', async () => {
    expect(await counting()).toEqual([
      [0, 0, '-infinity', 'infinity', 100],
      [0, 1, '-infinity', 'infinity', 200],
      [1, 1, '-infinity', 'infinity', 200],
    ]);
  });

  it('that were archived count from when they are restored', async () => {
    expect(await followFences(test.db, { locationIds: ids, since: null, finishedRunIds: [], now })).toBeNull();
    await test.db.query(sql`update locations set archived_at = null where id = ${ids[2]}::bigint`);
    await followFences(test.db, { locationIds: ids, since: null, finishedRunIds: [], now });
    expect((await counting()).at(-1)).toEqual([0, 2, 0, 'infinity', 300]);
  });
});
