import type { OperationId } from '../../../../src-shared/contract/routes.ts';
import type { overview as words } from '../../../strings/overview.ts';

export type StepId = keyof typeof words.firstSteps.steps;

/** What the steps are told by; undefined while it is not known. */
export type Existing = Partial<Record<StepId, boolean>>;

/** In the order in which a new company takes them. Each belongs to whoever may do it. */
const steps: readonly { id: StepId; to: string; needs: OperationId }[] = [
  { id: 'recoveryKit', to: '/key-protection', needs: 'prepareRecoveryKit' },
  { id: 'reportSource', to: '/fetcher', needs: 'createReportSource' },
  { id: 'manufacturer', to: '/manufacturers?new=1', needs: 'createManufacturer' },
  { id: 'keyBatch', to: '/key-batches?new=1', needs: 'createKeyBatch' },
  { id: 'import', to: '/key-batches', needs: 'importManufacturedDevices' },
  { id: 'client', to: '/clients?new=1', needs: 'createClient' },
  { id: 'brand', to: '/clients', needs: 'createBrand' },
  { id: 'run', to: '/production-runs?new=1', needs: 'createProductionRun' },
  { id: 'location', to: '/locations', needs: 'createStorageLocation' },
  { id: 'order', to: '/orders?new=1', needs: 'createCustomerOrder' },
  { id: 'position', to: '/fetcher', needs: 'getFetcher' },
];

export interface FirstSteps {
  done: number;
  total: number;
  /** What is still to be done, in order. */
  left: { id: StepId; to: string }[];
}

/** What is left of the first steps for this person; null while any of it is not known. */
export function firstSteps(existing: Existing, mayCall: (operation: OperationId) => boolean): FirstSteps | null {
  const own = steps.filter(({ needs }) => mayCall(needs));
  if (own.some(({ id }) => existing[id] === undefined)) return null;
  const left = own.filter(({ id }) => !existing[id]).map(({ id, to }) => ({ id, to }));
  return { done: own.length - left.length, total: own.length, left };
}
