import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { mayCall, useRole } from '../../../api/session.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { type FirstSteps, firstSteps, type StepId } from './first-steps.ts';
import { hasReports } from './has-reports.ts';

const ONE = { query: { limit: 1 } };

/** What is left of the first steps for this person, told by what exists; null while that is not known. */
export function useFirstSteps(overview: Overview | undefined): FirstSteps | null {
  const role = useRole();
  const protection = useOperation('getKeyProtection', {});
  const fetcher = useOperation('getFetcher', {});
  const manufacturers = useOperation('listManufacturers', ONE);
  const batches = useOperation('listKeyBatches', ONE);
  const clients = useOperation('listClients', ONE);
  const brands = useOperation('listBrands', ONE);
  const runs = useOperation('listProductionRuns', ONE);
  const storage = useOperation('listStorageLocations', ONE);
  const delivery = useOperation('listDeliveryLocations', ONE);
  const orders = useOperation('listCustomerOrders', ONE);
  const any = ({ data }: { data?: { items: unknown[] } | undefined }) => data && data.items.length > 0;
  const known = {
    // It is taken care of once it no longer lies on this machine.
    recoveryKit: protection.data && protection.data.key !== null && protection.data.recoveryKit === null,
    reportSource: fetcher.data?.sources.some(({ enabled }) => enabled),
    manufacturer: any(manufacturers),
    keyBatch: any(batches),
    import: overview && overview.trackers.manufactured > 0,
    client: any(clients),
    brand: any(brands),
    run: any(runs),
    location: storage.data && delivery.data && (any(storage) || any(delivery)),
    order: any(orders),
    position: overview && hasReports(overview),
  };
  const existing = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  const steps = firstSteps(existing, (operation) => mayCall(role, operation));
  const [batch, order] = [batches.data?.items[0], orders.data?.items[0]];
  /** Where the step is taken, where that is a record that exists by now. */
  const to = {
    ...(batch ? { import: `/key-batches/${batch.id}` } : {}),
    ...(order?.allocatedCount === 0 ? { position: `/orders/${order.id}` } : {}),
  } as Partial<Record<StepId, string>>;
  return steps && { ...steps, left: steps.left.map((step) => ({ ...step, to: to[step.id] ?? step.to })) };
}
