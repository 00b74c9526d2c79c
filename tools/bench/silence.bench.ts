import sql from 'sql-template-tag';
import { assessment } from '../../src-main/core/analytics/alerts/assess.ts';
import { systemScope } from '../../src-main/core/platform/db/queryable.ts';
import { postgres } from '../../src-main/core/testing/database.ts';
import { type Figure, less, medianSeconds } from './figure.ts';
import { largeCompany } from './large-company.ts';

/**
 * The look for silent trackers, which is made each minute: where nearly all are silent and known to be, when they
 * all become so at once, and when all are heard of again. Beside it the mere join of what it has to compare. Needs a
 * PostgreSQL with PostGIS in TEST_DATABASE_URL; BENCH_TRACKERS=600000 has 500,000 silent ones.
 */
export async function figures(): Promise<Figure[]> {
  if (!process.env.TEST_DATABASE_URL) {
    console.log('  left out: set TEST_DATABASE_URL to a PostgreSQL server with PostGIS');
    return [];
  }
  const { db, close } = await postgres.create();
  try {
    await largeCompany(db);
    const pass = () => assessment.timePassed((work) => db.transaction(systemScope, work), new Date());
    const timed = async (work: () => Promise<unknown>) => {
      const started = performance.now();
      await work();
      return (performance.now() - started) / 1000;
    };
    const raising = await timed(pass);
    await db.query(sql`vacuum analyze alerts`);
    const { rows } = await db.query<{ silent: number }>(
      sql`select count(*) as silent from alerts where kind = 'silent' and resolved_at is null`,
    );
    const silent = rows[0]!.silent;
    const standing = await medianSeconds(3, pass);
    const join = await medianSeconds(3, () =>
      db.query(sql`
        select count(*), max(s.last_reported_at), max(p.starts_at), max(a.evidence_at)
        from trackers t join tracker_status s on s.tracker_id = t.id join run_periods p on p.id = s.run_period_id
          left join alerts a on a.tracker_id = t.id and a.resolved_at is null`),
    );
    await db.query(sql`update tracker_status set last_reported_at = now() where last_reported_at is not null`);
    const heard = await timed(pass);
    const baseline = { name: 'the mere join', value: join };
    return [
      less(`${silent} silent trackers, all known`, 's', standing, baseline),
      less('all silent at once', 's', raising, baseline),
      less('all heard of again', 's', heard, baseline),
    ];
  } finally {
    await close();
  }
}
