import type { Handlers } from '../handler.ts';
import { alertHandlers } from './alerts.ts';
import { apiTokenHandlers } from './api-tokens.ts';
import { auditHandlers } from './audit.ts';
import { authHandlers } from './auth.ts';
import { clientHandlers } from './clients.ts';
import { customerOrderHandlers } from './customer-orders.ts';
import { fenceHandlers } from './fences.ts';
import { fetchFailureHandlers } from './fetch-failures.ts';
import { fetcherHandlers } from './fetcher.ts';
import { jobHandlers } from './jobs.ts';
import { keyBatchHandlers } from './key-batches.ts';
import { keyProtectionHandlers } from './key-protection.ts';
import { locationHandlers } from './locations.ts';
import { manufacturerApiHandlers } from './manufacturer-api.ts';
import { manufacturerHandlers } from './manufacturers.ts';
import { mapHandlers } from './map.ts';
import { mapSettingsHandlers } from './map-settings.ts';
import { orderPaperHandlers } from './order-papers.ts';
import { overviewHandlers } from './overview.ts';
import { reportHandlers } from './reports.ts';
import { reviewHandlers } from './reviews.ts';
import { savedViewHandlers } from './saved-views.ts';
import { sessionHandlers } from './sessions.ts';
import { systemHandlers } from './system.ts';
import { totpHandlers } from './totp.ts';
import { trackerHistoryHandlers } from './tracker-history.ts';
import { trackerHandlers } from './trackers.ts';
import { workstationHandlers } from './workstation.ts';

/** One handler for every operation of the contract, joined from the modules. */
export const handlers: Handlers = {
  ...auditHandlers,
  ...authHandlers,
  ...apiTokenHandlers,
  ...sessionHandlers,
  ...totpHandlers,
  ...clientHandlers,
  ...locationHandlers,
  ...keyBatchHandlers,
  ...manufacturerHandlers,
  ...manufacturerApiHandlers,
  ...keyProtectionHandlers,
  ...customerOrderHandlers,
  ...orderPaperHandlers,
  ...fetcherHandlers,
  ...fetchFailureHandlers,
  ...jobHandlers,
  ...systemHandlers,
  ...trackerHandlers,
  ...trackerHistoryHandlers,
  ...overviewHandlers,
  ...mapHandlers,
  ...alertHandlers,
  ...reportHandlers,
  ...fenceHandlers,
  ...mapSettingsHandlers,
  ...workstationHandlers,
  ...reviewHandlers,
  ...savedViewHandlers,
};
