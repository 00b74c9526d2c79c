import sql, { empty, type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { ReportSource, ReportSourceKind } from '../../../src-shared/contract/fetcher.ts';
import { riskOf } from '../../../src-shared/domain/fetch-safety.ts';
import { allOf, assignments, ifGiven, isoOrNull, keyAfter, pageOf } from '../platform/db/listing.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { notFound } from '../platform/errors.ts';
import { DAY_MS, HOUR_MS } from './asking/ask.ts';
import { type Assumed, assumedSchema, type Knowledge, knowledgeSchema } from './asking/knowledge.ts';

interface Row {
  id: number;
  version: number;
  name: string;
  kind: ReportSourceKind;
  url: string;
  anisette_url: string | null;
  enabled: boolean;
  has_credentials: boolean;
  login_file: string | null;
  login_days: number | null;
  login_from: Login['from'];
  login_set_at: Date | null;
  login_worked_at: Date | null;
  login_refused_at: Date | null;
  login_lifetime: number | null;
  login_warns_at: Date | null;
  login_file_read_at: Date | null;
  login_file_error: string | null;
  min_interval_seconds: number;
  max_batch_size: number;
  circuit: ReportSource['state']['circuit'];
  paused_until: Date | null;
  batch_size: number;
  learned: unknown;
  assumed: unknown;
  canaries: number;
  last_request_at: Date | null;
  last_error: string | null;
  requests: number;
  failures: number;
  saturated: number;
  reports: number;
}

type Login = ReportSource['state']['login'];

const toSource = (row: Row): ReportSource => {
  const known = knowledgeSchema.parse(row.learned);
  return {
    id: row.id,
    version: row.version,
    name: row.name,
    kind: row.kind,
    url: withoutLogin(row.url),
    anisetteUrl: row.anisette_url === null ? null : withoutLogin(row.anisette_url),
    enabled: row.enabled,
    hasCredentials: row.has_credentials,
    loginFile: row.login_file,
    loginDays: row.login_days,
    minIntervalSeconds: row.min_interval_seconds,
    maxBatchSize: row.max_batch_size,
    warning: riskOf(row.kind, row.min_interval_seconds, row.max_batch_size),
    assumed: assumedSchema.parse(row.assumed),
    state: {
      circuit: row.circuit,
      pausedUntil: isoOrNull(row.paused_until),
      batchSize: row.batch_size,
      ...shownOf(known),
      login: loginOf(row),
      canaries: row.canaries,
      lastRequestAt: isoOrNull(row.last_request_at),
      lastError: row.last_error,
      requests: row.requests,
      failures: row.failures,
      saturated: row.saturated,
      reports: row.reports,
    },
  };
};

/** How old its login is, and how long it may last. */
function loginOf(row: Row): Login {
  const { login_set_at: setAt, login_lifetime: days } = row;
  const ends = setAt === null || days === null ? null : new Date(setAt.getTime() + days * DAY_MS);
  return {
    from: row.login_from,
    setAt: isoOrNull(setAt),
    workedAt: isoOrNull(row.login_worked_at),
    refusedAt: isoOrNull(row.login_refused_at),
    lifetime: days === null ? null : { days, from: row.login_days === null ? 'learned' : 'set' },
    expiresAt: isoOrNull(ends),
    warnsAt: isoOrNull(row.login_warns_at),
    fileReadAt: isoOrNull(row.login_file_read_at),
    fileError: row.login_file_error,
  };
}

/** Addresses with a login in them are refused, but older ones may be stored: it is shown to nobody. */
function withoutLogin(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.username + url.password === '') return address;
  Object.assign(url, { username: '', password: '' });
  return url.href;
}

/** What was learned of a source, as it is shown. */
const shownOf = (known: Knowledge) => ({
  reportCap: known.reportCap,
  idsCap: known.idsCap,
  reachHours: known.reachMs === null ? null : Math.round(known.reachMs / HOUR_MS),
  honoursDates: known.honoursDates,
  entries: known.entries,
  sawAt: instantOf(known.sawAt),
  blindSince: instantOf(known.blindSince),
  omittedAt: instantOf(known.omittedAt),
  strangers: known.strangers && { ...known.strangers, lastAt: new Date(known.strangers.lastAt).toISOString() },
});
const instantOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

async function select(db: Queryable, condition: Sql, limit: number, lock = empty): Promise<Row[]> {
  const { rows } = await db.query<Row>(sql`
    select id, version, name, kind, url, anisette_url, enabled, data_key_id is not null as has_credentials,
      min_interval_seconds, max_batch_size, circuit, paused_until, batch_size, learned, assumed, last_request_at, last_error,
      requests, failures, saturated, reports, login_file, login_days, login_from, login_set_at, login_worked_at,
      login_refused_at, login_lifetime(login_days, login_lasted), login_file_read_at, login_file_error,
      login_warns_at(login_set_at, login_lifetime(login_days, login_lasted)),
      (select count(*) from source_canaries c where c.source_id = report_sources.id) as canaries
    from report_sources where ${condition} order by id limit ${limit} ${lock}`);
  return rows;
}

/** A page of sources in the order they were added. */
export async function listReportSources(
  db: Queryable,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<ReportSource>> {
  const condition = allOf(ifGiven(keyAfter(z.int(), query.cursor), (id) => sql`id > ${id}::bigint`));
  return pageOf(await select(db, condition, query.limit + 1), query.limit, toSource, (row) => row.id);
}

/** Throws AppError `not-found`. */
export async function getReportSource(db: Queryable, id: number): Promise<ReportSource> {
  const [row] = await select(db, sql`id = ${id}::bigint`, 1);
  if (!row) throw notFound('report source', id);
  return toSource(row);
}

/** The source, locked until the transaction ends. Throws AppError `not-found`. */
export async function lockReportSource(tx: Queryable, id: number): Promise<ReportSource> {
  const [row] = await select(tx, sql`id = ${id}::bigint`, 1, sql`for update`);
  if (!row) throw notFound('report source', id);
  return toSource(row);
}

export interface SourceFields {
  name: string;
  url: string;
  anisetteUrl: string | null;
  enabled: boolean;
  minIntervalSeconds: number;
  maxBatchSize: number;
  assumed?: Assumed | undefined;
  loginFile?: string | null | undefined;
  loginDays?: number | null | undefined;
}

/** A new source without credentials. Returns its id. */
export async function insertReportSource(
  db: Queryable,
  source: SourceFields & { kind: ReportSourceKind },
): Promise<number> {
  const { rows } = await db.query<{ id: number }>(sql`
    insert into report_sources (name, kind, url, anisette_url, enabled, min_interval_seconds, max_batch_size, batch_size,
      assumed, login_file, login_days)
    values (${source.name}, ${source.kind}, ${source.url}, ${source.anisetteUrl}, ${source.enabled},
      ${source.minIntervalSeconds}, ${source.maxBatchSize}, ${source.maxBatchSize},
      ${JSON.stringify(source.assumed ?? {})}::jsonb, ${source.loginFile ?? null},
      ${source.loginDays ?? null})
    returning id`);
  return rows[0]!.id;
}

/** Changes what is given. A person who changes a source wants it tried again, so its circuit closes. */
export async function updateReportSource(
  db: Queryable,
  id: number,
  changes: { [K in keyof SourceFields]?: SourceFields[K] | undefined },
): Promise<void> {
  const set = assignments(
    ifGiven(changes.name, (value) => sql`name = ${value}`),
    // Another address may be another service, which answers otherwise.
    ifGiven(
      changes.url,
      (value) => sql`url = ${value}, learned_cap = case when url = ${value} then learned_cap end,
        learned = case when url = ${value} then learned else '{}' end`,
    ),
    ifGiven(changes.assumed, (value) => sql`assumed = ${JSON.stringify(value)}::jsonb`),
    ifGiven(
      changes.loginFile,
      (value) => sql`login_file = ${value}, login_file_read_at = null, login_file_error = null`,
    ),
    ifGiven(changes.loginDays, (value) => sql`login_days = ${value}`),
    ifGiven(changes.anisetteUrl, (value) => sql`anisette_url = ${value}`),
    ifGiven(changes.enabled, (value) => sql`enabled = ${value}`),
    ifGiven(changes.minIntervalSeconds, (value) => sql`min_interval_seconds = ${value}`),
    ifGiven(changes.maxBatchSize, (value) => sql`max_batch_size = ${value}, batch_size = least(batch_size, ${value})`),
    sql`circuit = 'closed', consecutive_failures = 0, paused_until = null, last_error = null`,
  );
  await db.query(sql`update report_sources set ${set} where id = ${id}::bigint`);
}

/** False when there was none. */
export async function deleteReportSource(db: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await db.query(sql`delete from report_sources where id = ${id}::bigint`);
  return rowCount === 1;
}
