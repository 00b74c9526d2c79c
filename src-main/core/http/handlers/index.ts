import type { Handlers } from '../handler.ts';
import { authHandlers } from './auth.ts';
import { clientHandlers } from './clients.ts';
import { customerOrderHandlers } from './customer-orders.ts';
import { fetcherHandlers } from './fetcher.ts';
import { jobHandlers } from './jobs.ts';
import { keyBatchHandlers } from './key-batches.ts';
import { locationHandlers } from './locations.ts';
import { systemHandlers } from './system.ts';

/** One handler for every operation of the contract, joined from the modules. */
export const handlers: Partial<Handlers> = {
  ...authHandlers,
  ...clientHandlers,
  ...locationHandlers,
  ...keyBatchHandlers,
  ...customerOrderHandlers,
  ...fetcherHandlers,
  ...jobHandlers,
  ...systemHandlers,
};
