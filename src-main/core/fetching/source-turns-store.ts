import sql, { type Sql } from 'sql-template-tag';
import type { ReportSourceKind } from '../../../src-shared/contract/fetcher.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { type Assumed, assumedSchema, type Knowledge, knowledgeSchema } from './asking/knowledge.ts';
import type { Circuit } from './circuit-breaker.ts';
import { type FetcherTotals, fetcherTotalNames } from './fetch-states-store.ts';

/** A report source as the fetcher works with it. Secrets are sealed. */
export interface SourceRow extends Circuit {
  id: number;
  name: string;
  kind: ReportSourceKind;
  url: string;
  anisetteUrl: string | null;
  credentials: Uint8Array | null;
  dataKeyId: number | null;
  /** An auth.json on the host of a fetcher. */
  loginFile: string | null;
  loginFileReadAt: Date | null;
  loginFileError: string | null;
  minIntervalSeconds: number;
  maxBatchSize: number;
  known: Knowledge;
  assumed: Assumed;
  lastRequestAt: Date | null;
  /** When it was asked before the turn that `busyUntil` is about. */
  askedBefore: Date | null;
  busyUntil: Date | null;
}

interface Selected {
  id: number;
  name: string;
  kind: ReportSourceKind;
  url: string;
  anisette_url: string | null;
  credentials: Buffer | null;
  data_key_id: number | null;
  login_file: string | null;
  login_file_read_at: Date | null;
  login_file_error: string | null;
  min_interval_seconds: number;
  max_batch_size: number;
  circuit: Circuit['circuit'];
  consecutive_failures: number;
  paused_until: Date | null;
  learned: unknown;
  assumed: unknown;
  last_request_at: Date | null;
  asked_before: Date | null;
  busy_until: Date | null;
}

const columns = sql`id, name, kind, url, anisette_url, credentials, data_key_id, login_file, login_file_read_at, login_file_error, min_interval_seconds, max_batch_size,
  circuit, consecutive_failures, paused_until, learned, assumed, last_request_at, asked_before,
  busy_until`;

const toSource = (row: Selected): SourceRow => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  url: row.url,
  anisetteUrl: row.anisette_url,
  credentials: row.credentials,
  dataKeyId: row.data_key_id,
  loginFile: row.login_file,
  loginFileReadAt: row.login_file_read_at,
  loginFileError: row.login_file_error,
  minIntervalSeconds: row.min_interval_seconds,
  maxBatchSize: row.max_batch_size,
  circuit: row.circuit,
  consecutiveFailures: row.consecutive_failures,
  pausedUntil: row.paused_until,
  known: knowledgeSchema.parse(row.learned),
  assumed: assumedSchema.parse(row.assumed),
  lastRequestAt: row.last_request_at,
  askedBefore: row.asked_before,
  busyUntil: row.busy_until,
});

export async function enabledSources(db: Queryable): Promise<SourceRow[]> {
  const { rows } = await db.query<Selected>(sql`select ${columns} from report_sources where enabled order by id`);
  return rows.map(toSource);
}

export interface Turn {
  number: number;
  source: SourceRow;
}

/** A turn is prolonged while its request is under way: one that was killed lapses after this. */
export const TURN_MS = 20_000;

/**
 * When a source may be asked next, in epoch milliseconds: after its interval, its pause and another console's turn. A
 * turn that lapsed doesn't count as a request.
 */
export function nextTurnAt(source: SourceRow, now: number): number {
  const asked = source.busyUntil === null ? source.lastRequestAt : source.askedBefore;
  const interval =
    asked && asked.getTime() <= now + MOST_AHEAD_MS ? asked.getTime() + source.minIntervalSeconds * 1000 : 0;
  const until = (time: Date | null, most: number) => (time && time.getTime() <= now + most ? time.getTime() : 0);
  return Math.max(interval, until(source.pausedUntil, LONGEST_PAUSE_MS), until(source.busyUntil, MOST_AHEAD_MS));
}

/** Instants further ahead are of a clock that was wrong: they count for nothing. Clocks of consoles differ by seconds. */
const MOST_AHEAD_MS = 3_600_000;
/** A service may ask to wait for a day (`Retry-After`). */
const LONGEST_PAUSE_MS = 25 * 3_600_000;

/**
 * Takes the source for one request. Null when it may not be asked now: another console is asking it, its interval is
 * not over, it is paused, disabled or gone. A turn that is never ended lapses at `busyUntil`, and the source may be asked
 * again at once, but not a second time in a row. With `trial`, pause and interval don't matter: a person tests the source.
 */
export async function beginTurn(
  db: Queryable,
  sourceId: number,
  options: { now: Date; busyUntil: Date; trial?: boolean },
): Promise<Turn | null> {
  const { now } = options;
  const ahead = (ms: number) => new Date(now.getTime() + ms);
  const ready: Sql = options.trial
    ? sql`true`
    : sql`enabled and (paused_until is null or paused_until <= ${now} or paused_until > ${ahead(LONGEST_PAUSE_MS)})
        and (case when busy_until is null then last_request_at else asked_before end is null
          or case when busy_until is null then last_request_at else asked_before end > ${ahead(MOST_AHEAD_MS)}
          or case when busy_until is null then last_request_at else asked_before end + make_interval(secs => min_interval_seconds) <= ${now}::timestamptz)`;
  const { rows } = await db.query<Selected & { turn: number }>(sql`
    update report_sources
    set turn = turn + 1, busy_until = ${options.busyUntil}, last_request_at = ${now}, asked_before = last_request_at,
      circuit = case when circuit = 'open' then 'half-open' else circuit end
    where id = ${sourceId} and (busy_until is null or busy_until <= ${now} or busy_until > ${ahead(MOST_AHEAD_MS)})
      and ${ready}
    returning turn, ${columns}`);
  const row = rows[0];
  return row ? { number: row.turn, source: toSource(row) } : null;
}

/** Prolongs a turn that has not lapsed to another console. */
export async function prolongTurn(db: Queryable, turn: Turn, busyUntil: Date): Promise<void> {
  await db.query(sql`update report_sources set busy_until = ${busyUntil}
    where id = ${turn.source.id} and turn = ${turn.number} and busy_until is not null`);
}

/** Gives back a turn in which nothing was asked, or nothing is known of the answer: it may be asked again at once. */
export async function cancelTurn(db: Queryable, turn: Turn): Promise<void> {
  const { source } = turn;
  await db.query(sql`
    update report_sources set busy_until = null, last_request_at = asked_before, circuit = ${source.circuit}
    where id = ${source.id} and turn = ${turn.number}`);
}

export interface TurnResult {
  circuit: Circuit;
  known: Knowledge;
  /** Ids that one request may have now. */
  ids: number;
  /** Why the answer failed as a whole; null when it did not. */
  error: string | null;
  /** What the answer tells of the login that was sent; null when it tells nothing, or none was sent. */
  login: 'worked' | 'refused' | null;
  saturated: boolean;
  totals: FetcherTotals;
}

/** Ends a turn: state and counters of the source, unless the turn has lapsed, and the totals, in one statement. */
export async function endTurn(db: Queryable, turn: Turn, result: TurnResult, now: Date): Promise<void> {
  const { circuit, totals } = result;
  await db.query(sql`
    with source as (
      update report_sources
      set busy_until = null, circuit = ${circuit.circuit}, consecutive_failures = ${circuit.consecutiveFailures},
        paused_until = ${circuit.pausedUntil}, batch_size = ${result.ids}, learned_cap = ${result.known.reportCap},
        learned = ${JSON.stringify(result.known)}::jsonb,
        last_error = ${result.error},
        login_worked_at = case when ${result.login === 'worked'} then ${now}::timestamptz else login_worked_at end,
        login_refused_at = case when ${result.login === 'worked'} then null
          when ${result.login === 'refused'} then coalesce(login_refused_at, ${now}::timestamptz) else login_refused_at end,
        failing_since = case when ${result.error === null} then null
          else coalesce(failing_since, ${now}::timestamptz) end,
        requests = requests + ${totals.requests},
        failures = failures + ${result.error === null ? 0 : 1}, saturated = saturated + ${result.saturated ? 1 : 0},
        reports = reports + ${totals.reports}
      where id = ${turn.source.id} and turn = ${turn.number}
    ),
    today as (
      insert into fetcher_days as d (day, requests, failed_requests, reports, stored, duplicates, corrupt, absent, present)
      values ((${now}::timestamptz at time zone 'UTC')::date, ${totals.requests}, ${result.error === null ? 0 : 1},
        ${totals.reports}, ${totals.stored}, ${totals.duplicates}, ${totals.corrupt}, ${totals.absent}, ${totals.present})
      on conflict (day) do update set requests = d.requests + excluded.requests,
        failed_requests = d.failed_requests + excluded.failed_requests, reports = d.reports + excluded.reports,
        stored = d.stored + excluded.stored, duplicates = d.duplicates + excluded.duplicates,
        corrupt = d.corrupt + excluded.corrupt, absent = d.absent + excluded.absent,
        present = d.present + excluded.present
    )
    insert into fetcher_totals as t (name, value)
    select * from unnest(${[...fetcherTotalNames]}::text[], ${fetcherTotalNames.map((name) => totals[name])}::bigint[])
      as u (name, value)
    order by name
    on conflict (name) do update set value = t.value + excluded.value`);
}

export async function sourceExists(db: Queryable, sourceId: number): Promise<boolean> {
  const { rowCount } = await db.query(sql`select from report_sources where id = ${sourceId}::bigint`);
  return rowCount === 1;
}

/** A source with its sealed login. System scope: no other role may read it. */
export async function loginHolder(
  db: Queryable,
  sourceId: number,
): Promise<Pick<SourceRow, 'id' | 'credentials' | 'dataKeyId'> | null> {
  const { rows } = await db.query<Pick<SourceRow, 'id' | 'credentials' | 'dataKeyId'>>(sql`
    select id, credentials, data_key_id as "dataKeyId" from report_sources where id = ${sourceId}::bigint`);
  return rows[0] ?? null;
}
