import { setImmediate as turn } from 'node:timers/promises';
import { deletePin, deletePinStep } from '../store/reviews-store.ts';
import type { Store } from '../store/store.ts';

/** Takes a pin off the disk: its rows in steps, which are overwritten, then the pages that they were on. */
export async function removePin(store: Store, pinId: number): Promise<void> {
  while (deletePinStep(store, pinId)) await turn();
  deletePin(store, pinId);
  while (store.shrinkStep()) await turn();
}
