import { authHandlers } from '../access/auth-routes.ts';
import { eventStreamHandlers } from '../access/event-stream-routes.ts';
import { savedViewHandlers } from '../access/saved-views/saved-views-routes.ts';
import { sessionHandlers } from '../access/sessions/sessions-routes.ts';
import { apiTokenHandlers } from '../access/tokens/api-tokens-routes.ts';
import { totpHandlers } from '../access/totp/totp-routes.ts';
import { alertHandlers } from '../analytics/alerts/alerts-routes.ts';
import { businessReportHandlers } from '../analytics/business-reports/business-reports-routes.ts';
import { overviewHandlers } from '../analytics/overview/overview-routes.ts';
import { auditHandlers } from '../audit/audit-routes.ts';
import { clientHandlers } from '../clients/clients-routes.ts';
import { clientDeletionHandlers } from '../clients/deletion-routes.ts';
import { fetchFailureHandlers } from '../fetching/fetch-failures-routes.ts';
import { fetcherHandlers } from '../fetching/fetcher-routes.ts';
import { lastReportsHandlers } from '../fetching/last-reports-routes.ts';
import { noPositionHandlers } from '../fetching/no-position-routes.ts';
import { keyProtectionHandlers } from '../keys/protection/key-protection-routes.ts';
import { fenceDraftHandlers } from '../locations/fence-drafts-routes.ts';
import { fenceHandlers } from '../locations/fences-routes.ts';
import { locationDeletionHandlers } from '../locations/location-deletion-routes.ts';
import { locationHandlers } from '../locations/locations-routes.ts';
import { keyBatchHandlers } from '../manufacturing/key-batches/key-batches-routes.ts';
import { manufacturerApiHandlers } from '../manufacturing/manufacturers/manufacturer-api-routes.ts';
import { manufacturerHandlers } from '../manufacturing/manufacturers/manufacturers-routes.ts';
import { privateKeyHandlers } from '../manufacturing/private-keys/private-keys-routes.ts';
import { mapHandlers } from '../map/map-routes.ts';
import { mapSettingsHandlers } from '../map/map-settings-routes.ts';
import { mapPackHandlers } from '../map/packs/packs-routes.ts';
import { backupHandlers } from '../monitoring/backups/backups-routes.ts';
import { databaseConnectionsHandlers } from '../monitoring/connection-share.ts';
import { consoleHandlers } from '../monitoring/consoles-routes.ts';
import { jobHandlers } from '../monitoring/jobs-routes.ts';
import { retentionHandlers } from '../monitoring/retention-routes.ts';
import { systemHandlers } from '../monitoring/system-routes.ts';
import { reviewAreas } from '../offline/reviews/review-areas.ts';
import { reviewHandlers } from '../offline/reviews/reviews-routes.ts';
import { workstationHandlers } from '../offline/workstation-routes.ts';
import { boxDifferenceHandlers } from '../orders/box-differences-routes.ts';
import { customerOrderHandlers } from '../orders/customer-orders-routes.ts';
import { orderPaperHandlers } from '../orders/papers/order-papers-routes.ts';
import { returnHandlers } from '../orders/scanned-returns-routes.ts';
import { placeHandlers } from '../places/places-routes.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { statusRulesHandlers } from '../status/rules-routes.ts';
import { keyMoveHandlers } from '../trackers/key-moves-routes.ts';
import { runPeriodHandlers } from '../trackers/run-periods-routes.ts';
import { trackerCorrectionHandlers } from '../trackers/tracker-correction-routes.ts';
import { trackerHistoryHandlers } from '../trackers/tracker-history-routes.ts';
import { trackerHandlers } from '../trackers/trackers-routes.ts';
import type { ConsoleParts } from './parts.ts';
import { referrers } from './referrers.ts';
import { searchHandlers } from './search/search-routes.ts';

/** One handler for every operation of the contract, joined from the rooms; each takes what it needs of the parts. */
export const handlersOf = (parts: ConsoleParts): Handlers => ({
  ...auditHandlers(parts),
  ...authHandlers(parts),
  ...apiTokenHandlers(parts),
  ...sessionHandlers(parts),
  ...totpHandlers(parts),
  ...clientHandlers(parts),
  ...clientDeletionHandlers(referrers),
  ...locationHandlers(parts),
  ...locationDeletionHandlers(referrers.location),
  ...keyBatchHandlers(parts),
  ...manufacturerHandlers(parts),
  ...manufacturerApiHandlers(parts),
  ...keyProtectionHandlers(parts),
  ...customerOrderHandlers(parts),
  ...boxDifferenceHandlers(parts),
  ...returnHandlers(parts),
  ...orderPaperHandlers(parts),
  ...fetcherHandlers(parts),
  ...fetchFailureHandlers(parts),
  ...noPositionHandlers(parts),
  ...lastReportsHandlers,
  ...jobHandlers(parts),
  ...consoleHandlers(parts),
  ...retentionHandlers,
  ...databaseConnectionsHandlers(parts),
  ...backupHandlers(parts),
  ...systemHandlers(parts),
  ...trackerHandlers(parts),
  ...runPeriodHandlers(parts),
  ...trackerCorrectionHandlers(parts),
  ...keyMoveHandlers(parts),
  ...trackerHistoryHandlers,
  ...overviewHandlers(parts),
  ...mapHandlers,
  ...placeHandlers(parts),
  ...searchHandlers,
  ...alertHandlers(parts),
  ...businessReportHandlers,
  ...fenceHandlers(parts),
  ...fenceDraftHandlers(parts),
  ...statusRulesHandlers(parts),
  ...mapSettingsHandlers(parts),
  ...mapPackHandlers({ mapPacks: parts.mapPacks, reviewAreas: reviewAreas(parts) }),
  ...workstationHandlers(parts),
  ...reviewHandlers(parts),
  ...savedViewHandlers,
  ...eventStreamHandlers(parts),
  ...privateKeyHandlers(parts),
});
