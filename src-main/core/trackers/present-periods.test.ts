import sql from 'sql-template-tag';
import { expect } from 'vitest';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { postgres } from '../testing/database.ts';
import { needing } from '../testing/needing.ts';

// By the index of the client all entries of it would be read for each tracker, which takes minutes for some ten thousand.
needing('postgres').it('finds the present period by its tracker, whatever the statistics say', async () => {
  const { db, close } = await postgres.create();
  try {
    const plan = async () => {
      const { rows } = await db.query<{ 'QUERY PLAN': string }>(sql`
        explain select id from run_periods p where tracker_id = 7 and voided_at is null and ends_at = 'infinity'`);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    const { runId } = await insertRun(db, 'First', '2026-01-01', '2099-01-01');
    await insertTrackers(db, { count: 5_000, runId });
    expect(await plan()).toContain('run_periods_present');
    await db.query(sql`drop index run_periods_present`);
    expect(await plan()).not.toContain('run_periods_tracker');
  } finally {
    await close();
  }
});
