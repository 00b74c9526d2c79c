import type { BoxDifference } from '../../../src-shared/contract/box-differences.ts';
import { reasonOf } from '../../strings/box-differences.ts';

export interface Group {
  key: string;
  order: BoxDifference['order'];
  kind: BoxDifference['kind'];
  reason: string;
  members: BoxDifference[];
}

/** By order, then by what is in the way; both in the order in which they came. */
export function groupsOf(differences: readonly BoxDifference[]): Group[] {
  const groups = new Map<string, Group>();
  const orders = new Map<number, number>();
  for (const difference of differences) {
    const { order, kind } = difference;
    const reason = reasonOf(difference);
    if (!orders.has(order.id)) orders.set(order.id, orders.size);
    const key = `${order.id} ${kind} ${reason}`;
    const group = groups.get(key) ?? { key, order, kind, reason, members: [] };
    group.members.push(difference);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => orders.get(a.order.id)! - orders.get(b.order.id)!);
}
