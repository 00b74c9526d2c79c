import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { writeSetting } from '../db/settings-store.ts';
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
      from unnest(array['refold', 'tracker-import']) as kind, unnest(array[400, 100, 10, null]) as days`);
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
    await forgetJobs(db, NOW);
    const rest = ['tracker-import 10: 1200, 0', 'tracker-import open: 1200, 2'];
    const imports = ['tracker-import 400: 0, 0', 'tracker-import 100: 0, 0', ...rest];
    expect((await left()).sort()).toEqual(
      ['refold 100: 0, 0', 'refold 10: 0, 0', 'refold open: 0, 0', ...imports].sort(),
    );

    await writeSetting(db, 'job-retention', { jobDays: 5, rejectedRowDays: 5 }, NOW);
    await forgetJobs(db, NOW);
    expect((await left()).sort()).toEqual(
      ['refold open: 0, 0', ...imports.map((job) => job.replace('10: 1200', '10: 0'))].sort(),
    );
  });
});
