import sql, { type Sql } from 'sql-template-tag';
import type { ProductionRun, runPhases, runSorts } from '../../../src-shared/contract/clients.ts';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { RunWindow } from '../../../src-shared/domain/status/types.ts';
import { epochMs } from '../platform/db/epoch.ts';
import { allOf, assignments, contains, ifGiven, iso, isoOrNull, ownClient, pageOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { type SortColumn, type Sorting, sortingBy } from '../platform/db/sorting.ts';
import { codeOf } from '../platform/db/sqlstate.ts';
import { notFound } from '../platform/errors.ts';
import { archiving } from './clients-store.ts';

type Phase = (typeof runPhases)[number];
type RunSort = (typeof runSorts)[number];

interface Row {
  id: number;
  version: number;
  name: string;
  brand_id: number;
  brand_name: string;
  client_id: number;
  client_name: string;
  start_date: string;
  end_date: string;
  time_zone: string;
  phase: Phase;
  tracker_count: number;
  moved_on_count: number;
  unknown: number;
  in_transit: number;
  in_storage: number;
  delivered: number;
  archived_at: Date | null;
  sort_value: string | null;
  created_at: Date;
}

/** Phase of the run `r` at an instant, by its first and last day in its own time zone. */
const phaseAt = (now: Date): Sql => sql`case when ${now}::timestamptz < run_starts_at(r) then 'not-begun'
  when ${now}::timestamptz < run_ends_at(r) then 'active' else 'over' end`;

/** By phase, what is under way comes first; by trackers, each run's own count, read from trackers_run and run_periods_past. */
const sorted = (now: Date, sort: RunSort, cursor?: string) =>
  sortingBy<'name' | 'brand' | 'client' | 'phase' | 'dates' | 'timeZone' | 'trackers'>(
    {
      name: { by: sql`lower(r.name)`, type: 'text' },
      brand: { by: sql`(select lower(b.name) from brands b where b.id = r.brand_id)`, type: 'text' },
      client: { by: sql`(select lower(c.name) from clients c where c.id = r.client_id)`, type: 'text' },
      phase: { by: sql`(${phaseAt(now)})`, type: 'text' },
      dates: { by: sql`r.start_date`, type: 'date' },
      timeZone: { by: sql`r.time_zone`, type: 'text' },
      trackers: { by: sql`(select count(*) from run_trackers s where s.production_run_id = r.id)`, type: 'bigint' },
    } satisfies Record<string, SortColumn>,
    sql`r.id`,
    sort,
    cursor,
  );

/**
 * Runs with the statuses of the trackers that are or were in them, in one statement: those that are there are summed up from
 * `tracker_counts`, those that moved on are read by run_periods_past.
 */
async function select(tx: Transaction, now: Date, condition: Sql, sorting: Sorting, limit: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(sql`
    with page as (
      select r.*, ${phaseAt(now)} as phase, ${sorting.value}, ${sorting.place} from production_runs r
      where ${condition} and ${ownClient(tx, 'r.client_id')}
      ${sorting.order} limit ${limit}),
    counts as (
      select s.production_run_id, sum(s.n)::bigint as tracker_count, (sum(s.n) filter (where not s.is_present))::bigint as moved_on,
        (sum(s.n) filter (where s.status = 'UNKNOWN'))::bigint as unknown,
        (sum(s.n) filter (where s.status = 'IN_TRANSIT'))::bigint as in_transit,
        (sum(s.n) filter (where s.status = 'IN_STORAGE'))::bigint as in_storage,
        (sum(s.n) filter (where s.status = 'DELIVERED'))::bigint as delivered
      from (
        select production_run_id, status, true as is_present, trackers as n from tracker_counts
        where production_run_id in (select id from page)
        union all
        select production_run_id, status, false, 1 from run_trackers
        where not is_present and production_run_id in (select id from page)) s
      group by s.production_run_id)
    select page.id, page.version, page.name, page.brand_id, b.name as brand_name, page.client_id, c.name as client_name,
      page.start_date, page.end_date, page.time_zone, page.phase, page.archived_at, page.created_at, page.sort_value,
      coalesce(n.tracker_count, 0) as tracker_count, coalesce(n.moved_on, 0) as moved_on_count, coalesce(n.unknown, 0) as unknown,
      coalesce(n.in_transit, 0) as in_transit, coalesce(n.in_storage, 0) as in_storage,
      coalesce(n.delivered, 0) as delivered
    from page join brands b on b.id = page.brand_id join clients c on c.id = page.client_id
    left join counts n on n.production_run_id = page.id
    order by page.place`);
  return rows;
}

export interface ProductionRunQuery {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  includeArchived?: boolean | undefined;
  clientId?: number | undefined;
  brandId?: number | undefined;
  phase?: Phase | undefined;
  active?: boolean | undefined;
  sort?: RunSort | undefined;
}

/** A page of runs, those that begin last first unless sorted otherwise. */
export async function listProductionRuns(
  tx: Transaction,
  now: Date,
  query: ProductionRunQuery,
): Promise<Page<ProductionRun>> {
  const sorting = sorted(now, query.sort ?? '-dates', query.cursor);
  const condition = allOf(
    query.includeArchived ? undefined : sql`r.archived_at is null`,
    ifGiven(query.clientId, (id) => sql`r.client_id = ${id}::bigint`),
    ifGiven(query.brandId, (id) => sql`r.brand_id = ${id}::bigint`),
    ifGiven(query.phase, (phase) => sql`${phaseAt(now)} = ${phase}`),
    ifGiven(query.active, (active) => sql`(${phaseAt(now)} = 'active') = ${active}::boolean`),
    ifGiven(query.search || undefined, (text) => sql`r.name ilike ${contains(text)}`),
    sorting.after,
  );
  const rows = await select(tx, now, condition, sorting, query.limit + 1);
  return pageOf(rows, query.limit, toRun, sorting.key);
}

/** Throws AppError `not-found`. */
export async function getProductionRun(tx: Transaction, now: Date, id: number): Promise<ProductionRun> {
  const [row] = await select(tx, now, sql`r.id = ${id}::bigint`, sorted(now, '-dates'), 1);
  if (!row) throw notFound('production run', id);
  return toRun(row);
}

export interface NewProductionRun {
  name: string;
  brandId: number;
  startDate: string;
  endDate: string;
  timeZone: string;
}

/** Returns the new id. The unique index `production_runs_name` refuses a name that the brand has in use. */
export async function insertProductionRun(tx: Transaction, run: NewProductionRun): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    insert into production_runs (brand_id, client_id, name, start_date, end_date, time_zone)
    select b.id, b.client_id, ${run.name}, ${run.startDate}::date, ${run.endDate}::date, ${run.timeZone}
    from brands b where b.id = ${run.brandId}::bigint
    returning id`);
  return rows[0]!.id;
}

export interface ProductionRunChange {
  name?: string | undefined;
  startDate?: string | undefined;
  endDate?: string | undefined;
  timeZone?: string | undefined;
  archived?: boolean | undefined;
}

export async function updateProductionRun(
  tx: Transaction,
  id: number,
  body: ProductionRunChange,
  now: Date,
): Promise<void> {
  const set = assignments(
    ifGiven(body.name, (name) => sql`name = ${name}`),
    ifGiven(body.startDate, (day) => sql`start_date = ${day}::date`),
    ifGiven(body.endDate, (day) => sql`end_date = ${day}::date`),
    ifGiven(body.timeZone, (zone) => sql`time_zone = ${zone}`),
    ifGiven(body.archived, (archived) => archiving(archived, now)),
  );
  if (set) await tx.query(sql`update production_runs set ${set} where id = ${id}::bigint`);
}

/** The instants at which a run begins and ends. */
export async function runWindow(tx: Transaction, id: number): Promise<RunWindow> {
  const { rows } = await tx.query<RunWindow>(sql`
    select ${epochMs('run_starts_at(r)')} as "startsAt", ${epochMs('run_ends_at(r)')} as "endsAt"
    from production_runs r where id = ${id}::bigint and ${ownClient(tx, 'client_id')}`);
  if (!rows[0]) throw notFound('production run', id);
  return rows[0];
}

/** Locks the row against new references. Returns its name; throws AppError `not-found`. */
export async function lockProductionRun(tx: Transaction, id: number): Promise<string> {
  const { rows } = await tx.query<{ name: string }>(
    sql`select name from production_runs where id = ${id}::bigint and ${ownClient(tx, 'client_id')} for update`,
  );
  if (!rows[0]) throw notFound('production run', id);
  return rows[0].name;
}

export const deleteProductionRun = (tx: Transaction, id: number) =>
  tx.query(sql`delete from production_runs where id = ${id}::bigint`);

const UNKNOWN_TIME_ZONE = '22023';

/** Whether the database knows the time zone too: its list and the platform's differ, and one unknown name breaks every list. */
export async function knowsTimeZone(tx: Transaction, zone: string): Promise<boolean> {
  // An offset such as +05:00 means the opposite in PostgreSQL (POSIX), so names only.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    await tx.query(sql`select now() at time zone ${zone}`);
    return true;
  } catch (error) {
    if (codeOf(error).code === UNKNOWN_TIME_ZONE) return false;
    throw error;
  }
}

const toRun = (row: Row): ProductionRun => ({
  id: row.id,
  version: row.version,
  name: row.name,
  brand: { id: row.brand_id, name: row.brand_name },
  client: { id: row.client_id, name: row.client_name },
  startDate: row.start_date,
  endDate: row.end_date,
  timeZone: row.time_zone,
  phase: row.phase,
  trackerCount: row.tracker_count,
  movedOnCount: row.moved_on_count,
  statusCounts: {
    UNKNOWN: row.unknown,
    IN_TRANSIT: row.in_transit,
    IN_STORAGE: row.in_storage,
    DELIVERED: row.delivered,
  },
  archivedAt: isoOrNull(row.archived_at),
  createdAt: iso(row.created_at),
});
