import sql from 'sql-template-tag';
import type { Console } from '../../../src-shared/contract/consoles.ts';
import { type PartState, partStateSchema } from '../../../src-shared/contract/part-state.ts';
import { iso } from '../platform/db/listing.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { REPORT_MS, troublesOf } from './console-troubles.ts';

/** A console that has said nothing for so long doesn't share the connections any more. */
const GONE_MS = 4 * REPORT_MS;

/** What a console says of itself. */
export interface ConsoleReport {
  /** A UUID, of its data folder. */
  readonly key: string;
  readonly hostName: string;
  readonly programVersion: string;
  readonly startedAt: Date;
  readonly keyState: string;
  /** Name of each engine -> its state. */
  readonly engines: Record<string, PartState>;
  readonly waiting: number;
  readonly oldestWaitingAt: Date | null;
  readonly conflicts: number;
  readonly clockOffsetMs: number;
  readonly databaseMs: number;
  readonly diskFreeBytes: number | null;
}

/** Milliseconds that the smallest question to the database takes, there and back. */
export async function roundTripMs(db: Queryable): Promise<number> {
  const asked = performance.now();
  await db.query(sql`select 1`);
  return performance.now() - asked;
}

/** Keeps the latest report of a console, at the database's own time. */
export async function keepReport(db: Queryable, report: ConsoleReport, stopped: boolean): Promise<void> {
  await db.query(sql`
    insert into consoles (console_key, host_name, program_version, started_at, seen_at, stopped_at, key_state, engines,
      waiting, oldest_waiting_at, conflicts, clock_offset_ms, database_ms, disk_free_bytes)
    values (${report.key}, ${report.hostName}, ${report.programVersion}, ${report.startedAt}, clock_timestamp(),
      case when ${stopped}::boolean then clock_timestamp() end, ${report.keyState}, ${JSON.stringify(report.engines)}::jsonb,
      ${report.waiting}, ${report.oldestWaitingAt}, ${report.conflicts}, ${Math.round(report.clockOffsetMs)}::bigint,
      ${report.databaseMs}::real, ${report.diskFreeBytes}::bigint)
    on conflict (console_key) do update set host_name = excluded.host_name, program_version = excluded.program_version,
      started_at = excluded.started_at, seen_at = excluded.seen_at, stopped_at = excluded.stopped_at,
      key_state = excluded.key_state, engines = excluded.engines, waiting = excluded.waiting,
      oldest_waiting_at = excluded.oldest_waiting_at, conflicts = excluded.conflicts,
      clock_offset_ms = excluded.clock_offset_ms, database_ms = excluded.database_ms,
      disk_free_bytes = excluded.disk_free_bytes`);
}

interface Row {
  id: number;
  version: number;
  name: string;
  console_key: string;
  host_name: string;
  program_version: string;
  started_at: Date;
  seen_at: Date;
  stopped_at: Date | null;
  key_state: string;
  engines: Record<string, unknown>;
  waiting: number;
  oldest_waiting_at: Date | null;
  conflicts: number;
  clock_offset_ms: number;
  database_ms: number;
  disk_free_bytes: number | null;
  at: Date;
}

/** Of conflicts the database knows more than the console, which may be gone: they are settled anywhere. */
const conflicts = sql`(select count(*) from box_differences d where d.console_key = consoles.console_key and d.state = 'open') as conflicts`;

const columns = sql`id, version, name, console_key, host_name, program_version, started_at, seen_at, stopped_at, key_state,
  engines, waiting, oldest_waiting_at, ${conflicts}, clock_offset_ms, database_ms, disk_free_bytes, clock_timestamp() as at`;

/** As it was told; by a console of another version perhaps in words alone, or of a kind that this one doesn't know. */
function stateOf(told: unknown): PartState {
  const known = partStateSchema.safeParse(told);
  if (known.success) return known.data;
  return told === 'up' ? { is: 'up' } : { is: 'waits', why: String((told as { why?: unknown } | null)?.why ?? told) };
}

function toConsole(row: Row, thisKey: string | null): Console {
  const told = {
    id: row.id,
    version: row.version,
    name: row.name,
    hostName: row.host_name,
    programVersion: row.program_version,
    isThis: row.console_key === thisKey,
    startedAt: iso(row.started_at),
    seenAt: iso(row.seen_at),
    stoppedAt: row.stopped_at && iso(row.stopped_at),
    keyState: row.key_state,
    engines: Object.entries(row.engines).map(([name, state]) => ({ name, state: stateOf(state) })),
    outbox: {
      waiting: row.waiting,
      oldestAt: row.oldest_waiting_at && iso(row.oldest_waiting_at),
      conflicts: row.conflicts,
    },
    clockOffsetMs: row.clock_offset_ms,
    databaseMs: row.database_ms,
    diskFreeBytes: row.disk_free_bytes,
  };
  return { ...told, troubles: troublesOf(told, row.at) };
}

/** What the server allows to those who aren't its superuser, and how many consoles are running. */
export async function connectionsInUse(db: Queryable): Promise<{ serverAllows: number; consoles: number }> {
  const { rows } = await db.query<{ serverAllows: number; consoles: number }>(sql`
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as "serverAllows",
      (select count(*)::int from consoles where stopped_at is null and seen_at > clock_timestamp() - ${GONE_MS}::int * interval '1 millisecond')
        as consoles`);
  return rows[0]!;
}

/** All consoles, this one first, then the latest seen. A company has hundreds at most. */
export async function listConsoles(db: Queryable, thisKey: string | null): Promise<Console[]> {
  const { rows } = await db.query<Row>(sql`
    select ${columns} from consoles order by console_key = ${thisKey}::uuid desc nulls last, seen_at desc, id limit 1000`);
  return rows.map((row) => toConsole(row, thisKey));
}

/** Null when there is no such console. */
export async function findConsole(db: Queryable, id: number, thisKey: string | null): Promise<Console | null> {
  const { rows } = await db.query<Row>(sql`select ${columns} from consoles where id = ${id}::bigint`);
  return rows[0] ? toConsole(rows[0], thisKey) : null;
}

/** Null when there is no such console. */
export async function nameConsole(db: Queryable, id: number, name: string, thisKey: string | null) {
  const { rows } = await db.query<Row & { was: string }>(sql`
    with before as (select name as was from consoles where id = ${id}::bigint for update)
    update consoles set name = ${name} from before where id = ${id}::bigint returning ${columns}, was`);
  const [row] = rows;
  return row ? { console: toConsole(row, thisKey), was: row.was } : null;
}

/** The console that was forgotten; null when there is no such console. */
export async function forgetConsole(db: Queryable, id: number): Promise<{ name: string; waiting: number } | null> {
  const { rows } = await db.query<{ name: string; waiting: number }>(sql`
    delete from consoles where id = ${id}::bigint returning coalesce(nullif(name, ''), host_name) as name, waiting`);
  return rows[0] ?? null;
}
