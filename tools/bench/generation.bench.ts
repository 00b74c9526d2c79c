import { execFileSync } from 'node:child_process';
import sql from 'sql-template-tag';
import { realEngines } from '../../src-main/core/testing/database.ts';
import { startHeadlessHost, temporaryDataDir } from '../../src-main/core/testing/headless-host.ts';
import { buildP224 } from '../build/p224.ts';
import { type Figure, less, more } from './figure.ts';

const PAIRS = 1_000_000;
/** What a million keys may take above the base. */
const BUDGET_MB = 300;
const BARE_ROWS = 200_000;
const STATEMENT_ROWS = 2048;

/**
 * A job of a million key pairs in a console of its own on a real PostgreSQL: the most memory that its process (all
 * threads) ever held above what it held before, and pairs made, sealed, checked and stored a second against a bare
 * insert of rows that the server makes up, under the same indexes. Nothing where TEST_DATABASE_URL names no server.
 */
export async function figures(): Promise<Figure[]> {
  const [engine] = realEngines();
  if (!engine) return [];
  await buildP224();
  const database = await engine.create();
  const data = await temporaryDataDir();
  try {
    const bare = await bareRate(database.db);
    const databaseUrl = database.connection.engine === 'postgresql' ? database.connection.url : '';
    const host = await startHeadlessHost({ dataDir: data.dataDir, databaseUrl, engines: 'key-generator' });
    try {
      const { peakMb, seconds } = await generate(host);
      return [
        less(`memory above the base, ${PAIRS} pairs`, 'MB', peakMb, { name: 'budget', value: BUDGET_MB }),
        more('pairs made and stored', 'pairs/s', PAIRS / seconds, { name: 'bare insert', value: bare }),
      ];
    } finally {
      await host.kill();
    }
  } finally {
    await database.close();
    await data.remove();
  }
}

async function generate({ api, pid }: Awaited<ReturnType<typeof startHeadlessHost>>) {
  const baseMb = residentMb(pid);
  let peakMb = baseMb;
  const started = performance.now();
  const job = await api.createKeyBatch({ body: { count: PAIRS, label: 'Bench' } });
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    peakMb = Math.max(peakMb, residentMb(pid));
    const { state, error } = await api.getJob({ params: { jobId: job.id } });
    if (state === 'succeeded') break;
    if (state === 'failed' || state === 'cancelled') throw new Error(`the job ended: ${error?.message ?? state}`);
  }
  return { peakMb: peakMb - baseMb, seconds: (performance.now() - started) / 1000 };
}

/** Resident memory of a process in megabytes (10^6 bytes). */
const residentMb = (pid: number) => (Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) * 1024) / 1e6;

async function bareRate(db: Awaited<ReturnType<ReturnType<typeof realEngines>[number]['create']>>['db']) {
  await db.query(sql`create table bare_trackers (like trackers including all)`);
  const started = performance.now();
  for (let at = 0; at < BARE_ROWS; at += STATEMENT_ROWS)
    await db.query(sql`
      insert into bare_trackers (advertisement_key, hashed_advertisement_key, private_key, data_key_id, broadcast_address)
      select substring(h for 28), sha256(h), h || substring(h for 25), 1, encode(substring(h for 6), 'hex')::macaddr
      from (select sha256(int4send(i)) as h from generate_series(${at}::int, ${at + STATEMENT_ROWS - 1}::int) i) made`);
  const seconds = (performance.now() - started) / 1000;
  const { rows } = await db.query<{ count: number }>(sql`select count(*) as count from bare_trackers`);
  await db.query(sql`drop table bare_trackers`);
  return (rows[0]?.count ?? 0) / seconds;
}
