import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import type { Transaction } from '../db/queryable.ts';
import type { EventBus } from '../events/bus.ts';
import { isUnsafe } from './request-guard.ts';

/** Resources that are in everybody's lists, or that the engines go by: runs, their trackers, their fences. */
const ANNOUNCED = new Set([
  'clients',
  'brands',
  'production-runs',
  'storage-locations',
  'delivery-locations',
  'trackers',
  'manufacturers',
  'users',
]);

/** Tells the other screens, the fetcher and the status engine of a change to one of these, once it is committed. */
export function announce(deps: { events: EventBus }, spec: Pick<RouteSpec, 'method' | 'path'>, tx: Transaction): void {
  const resource = spec.path.split('/')[1] ?? '';
  if (!isUnsafe(spec.method) || !ANNOUNCED.has(resource)) return;
  tx.afterCommit(() => deps.events.publish({ type: 'changed', resource }));
}
