import { reasonOf } from '../../orders/box-differences.ts';
import type { NewDifference } from '../../orders/box-differences-store.ts';
import { isInOrder } from '../../orders/in-order-store.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { consoleKey } from '../store/console-key.ts';
import type { CentralAnswer, OutboxRow } from '../store/outbox-store.ts';
import type { Workstation } from '../workstation.ts';

/**
 * What is wrong with the box after an act that the database refused; null when nothing is: a device that the person had
 * set aside, or one that is out of box and order alike.
 */
export async function differenceOf(
  { store }: Workstation,
  db: Database,
  row: OutboxRow,
  refusal: CentralAnswer,
): Promise<NewDifference | null> {
  const { request, answer, orderId, userId } = row;
  if (request.kind === 'audit' || answer === null || orderId === null) return null;
  const { macAddress } = answer;
  const intoBox = request.kind === 'scan';
  if (intoBox && answer.outcome !== 'allocated') return null;
  if (!intoBox && !(macAddress !== null && (await isInOrder(db, orderId, macAddress)))) return null;
  return {
    kind: intoBox ? 'take-out' : 'put-back',
    mutationId: row.mutationId,
    ...{ orderId, macAddress },
    scanned: intoBox ? request.scan : request.macAddress,
    scannedBy: userId,
    scannedAt: new Date(answer.scannedAt),
    consoleKey: consoleKey(store),
    reason: await reasonOf(db, refusal, { orderId, userId }),
  };
}
