import type { Logger } from 'pino';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import type { Clock } from './clock.ts';
import type { Link } from './link/link.ts';
import { readFact } from './store/facts-store.ts';
import type { Store } from './store/store.ts';

/** Days that a person who has signed in on a workstation may sign in there while it is cut off, unless set otherwise. */
export const SIGN_IN_DAYS = 7;

/**
 * This workstation's own store and its connection to the central database. With the embedded engine the link is always
 * online, nothing is copied, and the store holds only this workstation's settings.
 */
export interface Workstation {
  readonly store: Store;
  readonly link: Link;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether devices and orders are copied at all. */
  readonly keepsCopy: boolean;
  /** Why what waits here can't be sent to the database in use; null when it can. */
  problem: string | null;
  /** Why sending has stopped until the next try; null while nothing holds it up. */
  delay: string | null;
}

/** How far the copy of the devices has come. */
export type DeviceLoad = { done: true } | { done: false; after: number; xid: number };

export const devicesLoaded = (store: Store): boolean => readFact<DeviceLoad>(store, 'device-load')?.done === true;

/** When this workstation last had contact, milliseconds of the central clock; 0 when never. */
export const contactAt = (store: Store): number => readFact<number>(store, 'contact-at') ?? 0;

/** The corrected time, never before the last contact: a clock that was set back meanwhile can't date acts before it. */
export const timeOf = ({ store, clock }: Workstation): Date =>
  new Date(Math.max(clock.now().getTime(), contactAt(store)));

export type OrderSummary = Pick<CustomerOrder, 'id' | 'number' | 'quantity' | 'allocatedCount' | 'state'> & {
  unpairedCount?: number;
};
export const summaryOf = ({ id, number, quantity, allocatedCount, state, ...goods }: CustomerOrder): OrderSummary => ({
  id,
  number,
  quantity,
  allocatedCount,
  state,
  ...(goods.pairsGoods ? { unpairedCount: goods.unpairedCount } : {}),
});
