import type { CustomerOrder } from '../contract/customer-orders.ts';
import { dayIn } from './days.ts';

export type Due = { kind: 'none' } | { kind: 'later' | 'soon' | 'today' | 'late'; days: number };

/** From this many days before the due date on, a screen points it out. */
const SOON_DAYS = 3;
const DAY_MS = 86_400_000;

/**
 * How an order stands to its due date, by the days of its run (UTC without one): the same for everybody, wherever they
 * are. Only an order that still waits for devices can be late.
 * @returns `days` between today and the due date, never negative
 */
export function dueOf(order: Pick<CustomerOrder, 'dueDate' | 'dueTimeZone' | 'state'>, now: Date): Due {
  if (order.dueDate === null || order.state !== 'open') return { kind: 'none' };
  const today = dayIn(order.dueTimeZone, now);
  const days = Math.round((Date.parse(`${order.dueDate}T00:00Z`) - Date.parse(`${today}T00:00Z`)) / DAY_MS);
  if (days < 0) return { kind: 'late', days: -days };
  if (days === 0) return { kind: 'today', days };
  return { kind: days <= SOON_DAYS ? 'soon' : 'later', days };
}
