import { hash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { ReportSourceKind } from '../../src-shared/contract/fetcher.ts';
import { sealCredentials } from '../core/fetching/credentials.ts';
import { writeFetcherSettings } from '../core/fetching/fetcher-settings.ts';
import type { SourceCredentials } from '../core/fetching/sources/source.ts';
import { createDataKey } from '../core/keys/data-keys.ts';
import { type Database, systemScope, type Transaction } from '../core/platform/db/queryable.ts';
import type { SeedContext } from './seed-context.ts';
import type { BasicCredentials } from './simulator/access.ts';

/** Logins of the simulated network: derived from the seed, worth nothing anywhere else. */
export function demoCredentials(seed: string | number) {
  const secret = (name: string) => hash('sha256', `${seed}\u0000${name}`, 'hex').slice(0, 24);
  const appleCredentials: BasicCredentials = { username: '10000000042', password: secret('search party token') };
  const haystackCredentials: BasicCredentials = { username: 'demo', password: secret('haystack') };
  return { appleCredentials, haystackCredentials };
}

interface DemoSource {
  name: string;
  kind: ReportSourceKind;
  path: string;
  anisette: boolean;
  credentials: SourceCredentials;
  minIntervalSeconds: number;
  maxBatchSize: number;
}

function demoSources(seed: string | number): DemoSource[] {
  const { appleCredentials, haystackCredentials } = demoCredentials(seed);
  const { username: dsid, password: searchPartyToken } = appleCredentials;
  return [
    {
      name: 'Apple account 1',
      kind: 'apple-older',
      path: '/acsnservice/fetch',
      anisette: true,
      credentials: { dsid, searchPartyToken },
      // A real account would be asked far more slowly; this one is on the same machine.
      minIntervalSeconds: 1,
      maxBatchSize: 64,
    },
    {
      name: 'Haystack endpoint',
      kind: 'haystack',
      path: '/',
      anisette: false,
      credentials: haystackCredentials,
      minIntervalSeconds: 10,
      maxBatchSize: 1,
    },
  ];
}

/** Shorter than the usual half hour, so that a demo has something new soon; still what real accounts are said to bear. */
const FETCH_INTERVAL_MINUTES = 15;

/**
 * Makes the two sources, or gives them the network's present address, since its port changes from start to start. A
 * source that a person made to ask another host is left alone: its login may be one of that host.
 */
export async function ensureReportSources(
  db: Database,
  options: SeedContext & { simulatorUrl: string },
): Promise<void> {
  await db.transaction(systemScope, async (tx) => {
    for (const source of demoSources(options.seed)) {
      const url = new URL(source.path, options.simulatorUrl).href;
      const anisetteUrl = source.anisette ? `${options.simulatorUrl}/` : null;
      const { rows } = await tx.query<{ id: number; url: string }>(
        sql`select id, url from report_sources where lower(name) = lower(${source.name})`,
      );
      const [known] = rows;
      if (known && new URL(known.url).hostname === new URL(url).hostname)
        await tx.query(
          sql`update report_sources set url = ${url}, anisette_url = ${anisetteUrl} where id = ${known.id}::bigint`,
        );
      if (known) continue;
      await insertSource(tx, options, source, { url, anisetteUrl });
      await writeFetcherSettings(tx, { fetchIntervalMinutes: FETCH_INTERVAL_MINUTES }, options.now);
    }
  });
}

async function insertSource(
  tx: Transaction,
  { keyring, randomBytes, now }: SeedContext,
  source: DemoSource,
  { url, anisetteUrl }: { url: string; anisetteUrl: string | null },
): Promise<void> {
  const dataKey = await createDataKey(tx, keyring, { randomBytes, now: () => now });
  try {
    const { rows } = await tx.query<{ id: number }>(sql`
      insert into report_sources (name, kind, url, anisette_url, min_interval_seconds, max_batch_size, batch_size, created_at)
      values (${source.name}, ${source.kind}, ${url}, ${anisetteUrl}, ${source.minIntervalSeconds}::int,
        ${source.maxBatchSize}::int, ${source.maxBatchSize}::int, ${now}) returning id`);
    const id = rows[0]!.id;
    const sealed = sealCredentials(dataKey.key, id, source.credentials, randomBytes);
    await tx.query(sql`
      update report_sources set credentials = ${sealed}, data_key_id = ${dataKey.id}::bigint where id = ${id}::bigint`);
  } finally {
    dataKey.key.fill(0);
  }
}
