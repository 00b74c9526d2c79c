import type { OrderEvent } from '../../../src-shared/contract/order-papers.ts';
import { orderPapers as words } from '../../strings/order-papers.ts';

/** What an event of an order says beyond its name: each change with from and to, the other order of a split. */
export function describeEvent({ kind, details }: Pick<OrderEvent, 'kind' | 'details'>): string {
  const { order, number, quantity } = details;
  if (typeof order === 'number' && typeof quantity === 'number') {
    return kind === 'split' ? words.moved(quantity, String(number)) : words.movedFrom(quantity, String(number));
  }
  return Object.entries(details)
    .map(([field, value]) => {
      if (field === 'released') return words.released(Number(value));
      if (field === 'returned') return words.returned(Number(value));
      const name = words.fields[field] ?? field;
      const change = value as { from?: unknown; to?: unknown };
      // Notes may be long, and ids of brands and runs mean nothing to people: that they changed is enough.
      if (!['quantity', 'dueDate'].includes(field)) return words.edited(name);
      return words.change(name, shown(change.from), shown(change.to));
    })
    .join(' · ');
}

const shown = (value: unknown) =>
  value === null || value === undefined || value === '' ? words.nothing : String(value);
