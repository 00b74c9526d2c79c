import type { DifferenceAction } from '../../../../src-shared/contract/box-differences.ts';
import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import type { ReturnReason } from '../../../../src-shared/contract/trackers.ts';
import type { Store } from './store.ts';

/** What was asked, and the name of whoever did (former versions kept none): a scan, an undo of one, or an entry for the audit log. */
export type OutboxRequest =
  | {
      kind: 'scan';
      scan: string;
      returning?: ReturnReason | undefined;
      /** The tracker that waited for the code of its goods. */
      goodsOf?: string | undefined;
      keepBoth?: boolean | undefined;
      by?: string;
    }
  | {
      kind: 'undo';
      allocationId: number | null;
      macAddress: string;
      undoes: string | null;
      only?: 'goods' | undefined;
      by?: string;
    }
  | {
      kind: 'audit';
      username: string;
      action: string;
      details: Record<string, unknown>;
      /** SHA-256 of the token of a session that was ended, in hex; for the database, not for the log. */
      endsSession?: string;
    };

/** What the central database made of it. */
export type CentralAnswer = { result: ScanResult } | { problem: { code: string; detail: string } };

/** What former versions called `take-out`. */
type FormerAction = 'dismiss';

/** How a person settled a conflict. */
export interface Settlement {
  action: DifferenceAction | FormerAction;
  by: string;
  /** ISO instant. */
  at: string;
  note: string;
  result: ScanResult | null;
}

export type OutboxState = 'waiting' | 'done' | 'conflict' | 'settled';

export interface OutboxRow {
  sequence: number;
  mutationId: string;
  orderId: number | null;
  userId: number | null;
  request: OutboxRequest;
  answer: ScanResult | null;
  /** This workstation's clock, and how far the central one was ahead of it when they last met; milliseconds. */
  at: number;
  clockOffset: number;
  state: OutboxState;
  attempts: number;
  lastError: string | null;
  centralAnswer: CentralAnswer | null;
  settlement: Settlement | null;
  /** A scan made to settle the conflict, until its answer is known. */
  retry: { orderId: number; mutationId: string } | null;
}

type Stored = Omit<OutboxRow, 'request' | 'answer' | 'centralAnswer' | 'settlement' | 'retry'> & {
  request: string;
  answer: string | null;
  centralAnswer: string | null;
  settlement: string | null;
  retry: string | null;
};
const columns = `sequence, mutation_id as mutationId, order_id as orderId, user_id as userId, request, answer, at,
  clock_offset as clockOffset, state, attempts, last_error as lastError, central_answer as centralAnswer, settlement, retry`;
const parsed = <T>(text: string | null) => (text === null ? null : (JSON.parse(text) as T));
const toRow = (row: Stored): OutboxRow => ({
  ...row,
  request: JSON.parse(row.request) as OutboxRequest,
  answer: parsed<ScanResult>(row.answer),
  centralAnswer: parsed<CentralAnswer>(row.centralAnswer),
  settlement: parsed<Settlement>(row.settlement),
  retry: parsed<NonNullable<OutboxRow['retry']>>(row.retry),
});

/** Appends within the transaction of the local effect. Returns its place. */
export function addToOutbox(
  store: Store,
  row: Pick<OutboxRow, 'mutationId' | 'orderId' | 'userId' | 'request' | 'answer' | 'at' | 'clockOffset'>,
): void {
  store.run(
    `insert into outbox (mutation_id, kind, order_id, user_id, request, answer, at, clock_offset)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    row.mutationId,
    row.request.kind,
    row.orderId,
    row.userId,
    JSON.stringify(row.request),
    row.answer === null ? null : JSON.stringify(row.answer),
    row.at,
    row.clockOffset,
  );
}

export function findInOutbox(store: Store, mutationId: string): OutboxRow | null {
  const row = store.get<Stored>(`select ${columns} from outbox where mutation_id = ?`, mutationId);
  return row ? toRow(row) : null;
}

/** The first that waits, in the order in which people acted. Plan: outbox_state. */
export const nextWaiting = (store: Store, limit: number): OutboxRow[] =>
  store
    .all<Stored>(`select ${columns} from outbox where state = 'waiting' order by sequence limit ?`, limit)
    .map(toRow);

/** Conflicts and what waits oldest first, what is over newest first. Entries for the audit log are left out. */
export const listOutbox = (store: Store, state: OutboxState, limit: number, beyond: number | null): OutboxRow[] => {
  const newestFirst = state === 'done' || state === 'settled';
  const comparison = newestFirst ? '<' : '>';
  const from = beyond ?? (newestFirst ? Number.MAX_SAFE_INTEGER : 0);
  return store
    .all<Stored>(
      `select ${columns} from outbox where state = ? and kind <> 'audit' and sequence ${comparison} ?
       order by sequence ${newestFirst ? 'desc' : ''} limit ?`,
      state,
      from,
      limit,
    )
    .map(toRow);
};

/** Conflicts that nobody has settled as far as is known here, oldest first. Plan: outbox_state. */
export const openConflicts = (store: Store, limit: number): OutboxRow[] =>
  store
    .all<Stored>(`select ${columns} from outbox where state = 'conflict' order by sequence limit ?`, limit)
    .map(toRow);

/** What was scanned into an order here and is not at the central database yet, newest first. */
export const listWaitingOf = (store: Store, orderId: number, limit: number): OutboxRow[] =>
  store
    .all<Stored>(
      `select ${columns} from outbox where state = 'waiting' and order_id = ? order by sequence desc limit ?`,
      orderId,
      limit,
    )
    .map(toRow);

export interface OutboxCounts {
  waiting: number;
  /** Milliseconds since 1970 by this workstation's clock; null when nothing waits. */
  oldestAt: number | null;
  conflicts: number;
}

export function countOutbox(store: Store): OutboxCounts {
  return store.get<OutboxCounts>(`
    select (select count(*) from outbox where state = 'waiting' and kind <> 'audit') as waiting,
      (select at from outbox where state = 'waiting' and kind <> 'audit' order by sequence limit 1) as oldestAt,
      (select count(*) from outbox where state = 'conflict') as conflicts`)!;
}

export const anyWaiting = (store: Store): boolean =>
  store.get("select 1 as found from outbox where state = 'waiting' limit 1") !== undefined;

/**
 * Lets conflicts wait again whose answer has one of these codes: nobody refused them, and no person has to settle them.
 * Their mutation ids keep them from being done twice. Returns how many.
 */
export const requeueFaulty = (store: Store, codes: readonly string[]): number =>
  store.run(
    `update outbox set state = 'waiting', central_answer = null, done_at = null
     where state = 'conflict' and central_answer ->> '$.problem.code' in (select value from json_each(?))`,
    JSON.stringify(codes),
  );

/** Ends a row that waits: done, or a conflict for a person. */
export const finishRow = (
  store: Store,
  sequence: number,
  state: 'done' | 'conflict',
  answer: CentralAnswer | null,
  now: number,
) =>
  store.run(
    `update outbox set state = ?, central_answer = ?, done_at = ?, attempts = attempts + 1, last_error = null
     where sequence = ? and state = 'waiting'`,
    state,
    answer === null ? null : JSON.stringify(answer),
    now,
    sequence,
  );

export const noteAttempt = (store: Store, sequence: number, error: string) =>
  store.run('update outbox set attempts = attempts + 1, last_error = ? where sequence = ?', error, sequence);

/** Settles a conflict; false when it is settled already. */
export const settleRow = (store: Store, sequence: number, settlement: Settlement): boolean =>
  store.run(
    "update outbox set state = 'settled', settlement = ? where sequence = ? and state = 'conflict'",
    JSON.stringify(settlement),
    sequence,
  ) === 1;

/** What is over leaves the store after a while; the central database has its record. */
export const pruneOutbox = (store: Store, before: number) =>
  store.run("delete from outbox where state in ('done', 'settled') and done_at < ?", before);

/** Mutation id of the newest scan here that put this device into the order and has not been sent; null when none. */
export const findWaitingScan = (store: Store, orderId: number, macAddress: string): string | null =>
  findWaiting(store, orderId, macAddress, 'allocated');

/** The same of the newest scan here that gave this device its goods. */
export const findWaitingPair = (store: Store, orderId: number, macAddress: string): string | null =>
  findWaiting(store, orderId, macAddress, 'paired');

const findWaiting = (store: Store, orderId: number, macAddress: string, outcome: string): string | null =>
  store.get<{ mutationId: string }>(
    `select mutation_id as mutationId from outbox where state = 'waiting' and kind = 'scan' and order_id = ?
       and answer ->> 'macAddress' = ? and answer ->> 'outcome' = ? order by sequence desc limit 1`,
    orderId,
    macAddress,
    outcome,
  )?.mutationId ?? null;

/** Whether an act on this device has not been sent. Plan: outbox_waiting_mac. */
export const deviceWaits = (store: Store, macAddress: string): boolean =>
  store.get(
    "select 1 as found from outbox where state = 'waiting' and answer ->> 'macAddress' = ? limit 1",
    macAddress,
  ) !== undefined;
