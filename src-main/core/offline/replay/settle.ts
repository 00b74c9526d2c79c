import { randomUUID } from 'node:crypto';
import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import { allocate } from '../../orders/allocation.ts';
import { AppError, notFound } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { RequestContext } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import {
  findBySequence,
  noteRetry,
  type OutboxRow,
  reanswer,
  type Settlement,
  settleRow,
} from '../store/outbox-store.ts';
import { applyDirect } from '../sync/apply-central.ts';
import type { Workstation } from '../workstation.ts';

export interface SettleRequest {
  conflictId: number;
  action: Settlement['action'];
  orderId?: number | undefined;
  note: string;
}

/**
 * Settles a conflict in the name of whoever asks: `accept` and `dismiss` only record it, `retry` and `move` scan the
 * device again, into the same or another order. A retry that is refused again leaves the conflict open with the new
 * answer. The new scan's mutation id is on the disk before it is sent, so that a crash in between can't scan it twice.
 * Throws AppError `not-found`, `conflict` when it is settled already or has nothing to retry.
 */
export async function settleConflict(
  workstation: Workstation,
  events: EventBus,
  context: RequestContext,
  request: SettleRequest,
): Promise<OutboxRow> {
  const { store } = workstation;
  const { displayName, userId } = requirePrincipal(context);
  const row = findBySequence(store, request.conflictId);
  if (!row || row.request.kind === 'audit') throw notFound('conflict', request.conflictId);
  if (row.state !== 'conflict') throw new AppError('conflict', 'This is no conflict any more: it was settled already.');
  const again = request.action === 'retry' || request.action === 'move';
  const orderId = request.orderId ?? row.orderId!;
  let result: ScanResult | null = null;
  if (again && row.request.kind === 'scan') {
    const { scan, returning } = row.request;
    const mutationId = row.retry?.orderId === orderId ? row.retry.mutationId : randomUUID();
    noteRetry(store, row.sequence, { orderId, mutationId });
    ({ result } = await context.transaction(async (tx) => {
      const done = await allocate(tx, { orderId, scan, mutationId, returning, userId }, context.now);
      await context.audit(audit(request, row, done.result), tx);
      return done;
    }));
    noteRetry(store, row.sequence, null);
    events.publish({ type: 'order', orderId });
    applyDirect(store, result, displayName);
    if (result.outcome !== 'allocated' && result.outcome !== 'already-in-this-order') {
      reanswer(store, row.sequence, { result });
      return findBySequence(store, row.sequence)!;
    }
  } else if (again) {
    throw new AppError('conflict', 'Only a scan can be tried again. Undo the scan in the order instead.');
  } else await context.transaction((tx) => context.audit(audit(request, row, null), tx));
  const settlement = {
    action: request.action,
    by: displayName,
    at: context.now.toISOString(),
    note: request.note,
    result,
  };
  settleRow(store, row.sequence, settlement);
  events.publish({ type: 'workstation' });
  return findBySequence(store, row.sequence)!;
}

const audit = (request: SettleRequest, row: OutboxRow, result: ScanResult | null) => ({
  resourceType: 'customer-order',
  resourceId: row.orderId ?? '',
  details: {
    action: request.action,
    note: request.note,
    macAddress: row.answer?.macAddress ?? null,
    mutationId: row.mutationId,
    ...(result ? { outcome: result.outcome, orderId: result.order.id, allocationId: result.allocationId } : {}),
  },
});
