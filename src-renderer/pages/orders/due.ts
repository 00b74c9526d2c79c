import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';

export type Due = { kind: 'none' } | { kind: 'later' | 'soon' | 'today' | 'late'; days: number };

/** From this many days before the due date on, a screen points it out. */
const SOON_DAYS = 3;
const DAY_MS = 86_400_000;

/** A calendar date in the person's own time zone, as in `2026-11-23`. */
export function calendarDate(at: Date): string {
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/**
 * How an order stands to its due date. Only an order that still waits for devices can be late.
 * @param today calendar date where the person is
 * @returns `days` between today and the due date, never negative
 */
export function dueOf(order: Pick<CustomerOrder, 'dueDate' | 'state'>, today: string): Due {
  if (order.dueDate === null || order.state !== 'open') return { kind: 'none' };
  const days = Math.round((Date.parse(`${order.dueDate}T00:00Z`) - Date.parse(`${today}T00:00Z`)) / DAY_MS);
  if (days < 0) return { kind: 'late', days: -days };
  if (days === 0) return { kind: 'today', days };
  return { kind: days <= SOON_DAYS ? 'soon' : 'later', days };
}
