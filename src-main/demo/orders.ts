import type { orderStates } from '../../src-shared/contract/customer-orders.ts';
import type { DemoRun } from './company.ts';

export interface DemoOrder {
  run: string;
  quantity: number;
  allocated: number;
  state: (typeof orderStates)[number];
  /** Days from today that it was placed, scanned, and is due. */
  placed: number;
  scanned: number;
  due: number;
  notes: string;
}

/** Runs whose last order still waits for devices; the first of them is overdue. */
const unfinished: Record<string, { missing: number; due: number; notes: string }> = {
  'Desks, fourth quarter': { missing: 14, due: -2, notes: 'Customer asks daily. Rest comes from lot 5.' },
  'Machines Iberia': { missing: 40, due: 6, notes: 'Partial delivery agreed.' },
  'Vending Australia': { missing: 25, due: 4, notes: '' },
};

/** The orders that a run's trackers were scanned into: some large, some small, the last one perhaps not full. */
export function ordersOf(run: DemoRun, trackers: number): DemoOrder[] {
  const shares = trackers > 150 ? [0.4, 0.35, 0.25] : trackers > 80 ? [0.6, 0.4] : [1];
  const over = run.end < 0;
  let left = trackers;
  return shares.map((share, i) => {
    const last = i === shares.length - 1;
    const allocated = last ? left : Math.round(trackers * share);
    left -= allocated;
    const open = last ? unfinished[run.name] : undefined;
    const placed = Math.min(run.start, -1) - 15 + i * 2;
    return {
      run: run.name,
      quantity: allocated + (open?.missing ?? 0),
      allocated,
      state: open ? 'open' : over ? 'closed' : 'filled',
      placed,
      scanned: Math.min(placed + 6, -0.1),
      due: open?.due ?? placed + 12,
      notes: open?.notes ?? '',
    };
  });
}

/** Orders that nothing was scanned into. The devices on the shelf are for them. */
export const unfilledOrders: readonly DemoOrder[] = [
  order('Winter sofas', 60, 'open', -1, 9, 'Second half of the season.'),
  order('Nordic dealers', 45, 'open', -5, -1, 'Oslo shop waits for these.'),
  order('Alpine offices', 30, 'open', 0, 25, ''),
  order('City couriers Brazil', 80, 'cancelled', -8, 12, 'Cancelled by the customer, moved to spring.'),
];

function order(
  run: string,
  quantity: number,
  state: DemoOrder['state'],
  placed: number,
  due: number,
  notes: string,
): DemoOrder {
  return { run, quantity, allocated: 0, state, placed, scanned: placed, due, notes };
}
