import type { Logger } from 'pino';
import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import { floor } from '../../../../src-shared/contract/roles.ts';
import { deleteSession } from '../../access/sessions/sessions-store.ts';
import { appendAudit } from '../../audit/append-store.ts';
import { allocate, recordScan } from '../../orders/allocation.ts';
import { finishDifference, finishOfAct, insertDifference, lockUnfinished } from '../../orders/box-differences-store.ts';
import { undoAllocation, unpairDevice } from '../../orders/undo-allocation.ts';
import { type Database, systemScope, type Transaction } from '../../platform/db/queryable.ts';
import { outcomeOf, passingProblems } from '../../platform/db/sqlstate.ts';
import { AppError } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import { asAppError } from '../../platform/http/problem-response.ts';
import {
  type CentralAnswer,
  findInOutbox,
  finishRow,
  nextWaiting,
  noteAttempt,
  type OutboxRow,
  requeueFaulty,
  settleRow,
} from '../store/outbox-store.ts';
import { applyCentral } from '../sync/apply-central.ts';
import type { Workstation } from '../workstation.ts';
import { noteMutation, type PersonRow, readPeople } from '../workstation-people-store.ts';
import { differenceOf } from './difference-of.ts';

/** Rows read at a time; each is sent in a transaction of its own. */
const BATCH = 50;

export interface ReplayDeps {
  readonly db: Database;
  readonly events: EventBus;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Why an act could not be sent for now, as people at this workstation read it. */
export function whyNotSent(error: unknown): string {
  const known = asAppError(error);
  return known.code === 'unavailable' ? known.message : 'The log of this console says what failed.';
}

/**
 * Sends what waits in the outbox, oldest first, each exactly once: the central database remembers every mutation id, and
 * a row is marked only after its commit, so that a crash between the two sends it again to be answered as before. What
 * is refused for a reason of the business becomes a conflict for a person. Any other failure rejects: the act and all
 * after it wait, in their order. Returns the orders that were touched.
 */
export async function replayOutbox(workstation: Workstation, deps: ReplayDeps): Promise<Set<number>> {
  const touched = new Set<number>();
  // Former versions took any failure for a refusal.
  const again = requeueFaulty(workstation.store, passingProblems);
  if (again > 0) deps.log.info({ again }, 'what failed for a reason that was no refusal is sent again');
  for (;;) {
    const rows = nextWaiting(workstation.store, BATCH);
    if (rows.length === 0) return touched;
    for (const row of rows) {
      await replayRow(workstation, deps, row);
      if (row.orderId !== null) touched.add(row.orderId);
    }
  }
}

async function replayRow(workstation: Workstation, deps: ReplayDeps, row: OutboxRow): Promise<void> {
  const { store, log } = workstation;
  const finish = (state: 'done' | 'conflict', central: CentralAnswer | null) =>
    store.write(() => {
      finishRow(store, row.sequence, state, central, deps.now().getTime());
      applyCentral(store, row, central);
    });
  try {
    const { central, agreed } = await send(workstation, deps, row);
    finish(agreed || central === null ? 'done' : await refused(workstation, deps, row, central), central);
  } catch (error) {
    const refusal = refusalOf(row, error);
    if (refusal === null) {
      noteAttempt(store, row.sequence, whyNotSent(error));
      throw error;
    }
    const central: CentralAnswer = { problem: { code: refusal.code, detail: refusal.message } };
    if (row.request.kind === 'audit') {
      // There is nothing for a person to decide; the log of this console has the reason.
      log.error({ err: error, request: row.request }, 'an entry for the audit log was refused');
      finish('done', central);
    } else finish(await refused(workstation, deps, row, central), central);
  }
}

/**
 * Tells the central database what is wrong with the box now, before the row is marked: a crash between the two tells it
 * again, and it is kept once.
 */
async function refused(
  workstation: Workstation,
  deps: ReplayDeps,
  row: OutboxRow,
  central: CentralAnswer,
): Promise<'done' | 'conflict'> {
  const difference = await differenceOf(workstation, deps.db, row, central);
  if (difference) await insertDifference(deps.db, difference, deps.now());
  // Out of the box, and not in the order either.
  else if (row.request.kind === 'undo') await deps.db.transaction(systemScope, (tx) => alreadyOut(tx, row, deps.now()));
  if (row.orderId !== null) deps.events.publish({ type: 'order', orderId: row.orderId });
  return difference ? 'conflict' : 'done';
}

async function alreadyOut(tx: Transaction, { orderId, userId, answer }: OutboxRow, now: Date): Promise<void> {
  if (answer?.macAddress == null || orderId === null) return;
  for (const { id, kind, orderId: where } of await lockUnfinished(tx, answer.macAddress))
    if (kind === 'take-out' && where === orderId) await finishDifference(tx, id, 'scanned', userId, now);
}

/** Null for what must wait: only the product itself refuses, not a database or a fault. */
function refusalOf(row: OutboxRow, error: unknown): AppError | null {
  if (row.request.kind !== 'audit') return error instanceof AppError && outcomeOf(error) === 'refuse' ? error : null;
  // What people typed may hold characters that the log can't, and must not keep everything after it waiting for ever.
  const known = asAppError(error);
  return known.code === 'validation-failed' ? known : null;
}

type ScanRequest = OutboxRow['request'] & { kind: 'scan' };

interface Sent {
  central: CentralAnswer | null;
  /** Whether the answer is what the person was told; otherwise they have to know. */
  agreed: boolean;
}

async function send(workstation: Workstation, deps: ReplayDeps, row: OutboxRow): Promise<Sent> {
  const { request } = row;
  if (request.kind === 'audit') {
    await deps.db.transaction(systemScope, async (tx) => {
      if (!(await noteMutation(tx, row.mutationId, deps.now()))) return;
      if (request.endsSession !== undefined) await deleteSession(tx, Buffer.from(request.endsSession, 'hex'));
      const { username, action, details } = request;
      await appendAudit(tx, { at: actedAt(deps, row), userId: row.userId, username, action, details });
    });
    return { central: null, agreed: true };
  }
  if (request.kind === 'scan') return sendScan(deps, row, request);
  return sendUndo(workstation, deps, row, request);
}

async function sendScan(deps: ReplayDeps, row: OutboxRow, { scan, returning, goodsOf }: ScanRequest): Promise<Sent> {
  const told = row.answer!;
  const at = actedAt(deps, row);
  const result = await asPerson(deps, row, 'allocation.scan', (tx, userId) => {
    const orderId = row.orderId!;
    const { mutationId } = row;
    if (told.outcome === 'allocated') return allocate(tx, { orderId, scan, mutationId, returning, userId }, at);
    // What the person was told was a code of goods is one, and on the goods by now, whatever was done since: the order
    // says where a code is on several.
    if (told.outcome === 'paired')
      return allocate(tx, { orderId, scan, mutationId, goodsOf, asGoods: true, userId }, at);
    // The person set the device aside: to allocate it now would put a device into the order that is not in the box.
    const { pending: _, ...result } = told;
    return recordScan(tx, { orderId, mutationId, userId, result }, at);
  });
  const inOrder = result.outcome === 'allocated' || result.outcome === 'already-in-this-order';
  const agreed = told.outcome === 'allocated' ? inOrder : told.outcome !== 'paired' || result.outcome === 'paired';
  return { central: { result }, agreed };
}

async function sendUndo(
  { store }: Workstation,
  deps: ReplayDeps,
  row: OutboxRow,
  request: { allocationId: number | null; macAddress: string; undoes: string | null; only?: 'goods' | undefined },
): Promise<Sent> {
  const undone = request.undoes === null ? null : findInOutbox(store, request.undoes);
  if (undone && (undone.state === 'conflict' || undone.state === 'settled')) {
    // The scan it takes back was refused, and the device was taken out of the box: neither needs a person any more.
    await finishOfAct(deps.db, undone.mutationId, 'undone', row.userId, deps.now());
    settleRow(store, undone.sequence, {
      action: 'accept',
      by: '',
      at: deps.now().toISOString(),
      note: 'Undone at the station before it was sent.',
      result: null,
    });
    return { central: undone.centralAnswer, agreed: true };
  }
  const central = undone?.centralAnswer;
  const allocationId = request.allocationId ?? (central && 'result' in central ? central.result.allocationId : null);
  const which = allocationId === null ? { macAddress: request.macAddress } : { allocationId };
  const at = actedAt(deps, row);
  const undo = request.only === 'goods' ? unpairDevice : undoAllocation;
  const result = await asPerson(deps, row, 'allocation.undo', (tx, userId) =>
    undo(tx, { orderId: row.orderId!, ...which, mutationId: row.mutationId, userId }, at),
  );
  // Long after the scan a device with reports is returned, which the station could not know: it is out either way.
  return { central: { result }, agreed: true };
}

/**
 * Runs in the name of the person who acted, as long as they may still do it; writes its audit entry and tells
 * everybody.
 */
async function asPerson(
  deps: ReplayDeps,
  row: OutboxRow,
  action: string,
  work: (tx: Transaction, userId: number) => Promise<{ result: ScanResult; replayed: boolean }>,
): Promise<ScanResult> {
  const userId = row.userId!;
  const person = mayScan((await readPeople(deps.db, [userId]))[0]);
  return deps.db.transaction({ kind: 'user', userId, clientId: null }, async (tx) => {
    const { result, replayed } = await work(tx, userId);
    if (!replayed) {
      const { outcome, macAddress, trackerId, allocationId, goods } = result;
      await appendAudit(tx, {
        at: deps.now(),
        userId,
        username: person.username,
        action,
        resourceType: 'customer-order',
        resourceId: row.orderId ?? undefined,
        details: {
          outcome,
          macAddress,
          trackerId,
          allocationId,
          ...(goods ? { goodsReference: goods.reference } : {}),
          offline: true,
          toldOutcome: row.answer?.outcome,
        },
      });
      tx.afterCommit(() => deps.events.publish({ type: 'order', orderId: row.orderId! }));
    }
    return result;
  });
}

function mayScan(person: PersonRow | undefined): PersonRow {
  if (person && !person.disabled && floor.includes(person.role)) return person;
  const who = person?.displayName ?? 'The person who did this';
  throw new AppError(
    'forbidden',
    `${who} is no longer allowed to scan into orders. Someone who is allowed must scan the device again.`,
  );
}

/**
 * When the person acted: the corrected time that they were answered with, never in the future of the central clock. What
 * was done on a workstation with a wrong clock lies between its last contact and now.
 */
function actedAt(deps: ReplayDeps, row: OutboxRow): Date {
  const at = row.answer ? Date.parse(row.answer.scannedAt) : row.at + row.clockOffset;
  return new Date(Math.min(at, deps.now().getTime()));
}
