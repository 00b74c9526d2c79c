import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { forgetJobs } from './retention.ts';

const NOW = new Date('2026-06-01T00:00:00Z');

describe.each(testEngines())('what jobs leave behind on $name', ({ create }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await create();
  });
  afterAll(() => test?.close());

  it('is forgotten after a while, however much it is, and nothing that is in use', async () => {
    const { db } = test;
    // Over for 400, 100 and 10 days, and one that is not over; 1,200 rejected rows and two pieces of a file each.
    await db.query(sql`
      insert into jobs (kind, state, label, created_at, finished_at)
      select kind, case when days is null then 'queued' else 'succeeded' end, coalesce(days::text, 'open'), ${NOW},
        ${NOW}::timestamptz - make_interval(days => days)
      from unnest(array['refold', 'tracker-import', 'key-generation']) as kind, unnest(array[400, 100, 10, null]) as days`);
    await db.query(sql`
      insert into job_problems (job_id, row_number, sequence, code, message, raw)
      select id, n, 0, 'x', 'x', '{}' from jobs, generate_series(1, 1200) n where kind = 'tracker-import'`);
    await db.query(
      sql`insert into job_files select id, n, 'x' from jobs, generate_series(0, 1) n where kind = 'tracker-import'`,
    );
    const left = async () =>
      (
        await db.query<{ job: string; problems: number; pieces: number }>(sql`
          select kind || ' ' || label as job,
            (select count(*) from job_problems where job_id = jobs.id) as problems,
            (select count(*) from job_files where job_id = jobs.id) as pieces
          from jobs order by id`)
      ).rows.map(({ job, problems, pieces }) => `${job}: ${problems}, ${pieces}`);
    const keep = { jobDays: 365, rejectedRowDays: 90 };
    const named = sql`select id as job_id from jobs where label = '400' and kind = 'key-generation'`;
    await forgetJobs(db, keep, named, NOW);
    const imports = ['tracker-import 100: 0, 0', 'tracker-import 10: 1200, 0', 'tracker-import open: 1200, 2'];
    const others = [
      'key-generation 400',
      ...['key-generation', 'refold'].flatMap((kind) => [`${kind} 100`, `${kind} 10`]),
    ];
    const open = ['key-generation open: 0, 0', 'refold open: 0, 0'];
    expect((await left()).sort()).toEqual([...imports, ...others.map((job) => `${job}: 0, 0`), ...open].sort());

    await forgetJobs(db, { jobDays: null, rejectedRowDays: 5 }, named, NOW);
    expect(await left()).toContain('tracker-import 10: 0, 0');
    await forgetJobs(db, { jobDays: 5, rejectedRowDays: null }, named, NOW);
    expect((await left()).sort()).toEqual(['key-generation 400: 0, 0', 'tracker-import open: 1200, 2', ...open].sort());
  });
});
