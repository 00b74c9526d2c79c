import { alertRoutes } from './alerts.ts';
import { apiTokenRoutes } from './api-tokens.ts';
import { auditRoutes } from './audit.ts';
import { authRoutes } from './auth.ts';
import { backupRoutes } from './backups.ts';
import { boxDifferenceRoutes } from './box-differences.ts';
import { reportRoutes } from './business-reports.ts';
import { clientRoutes } from './clients.ts';
import { consoleRoutes } from './consoles.ts';
import { corruptReportRoutes } from './corrupt-reports.ts';
import { customerOrderRoutes } from './customer-orders.ts';
import { databaseConnectionsRoutes } from './database-connections.ts';
import { fenceDraftRoutes } from './fence-drafts.ts';
import { fenceRoutes } from './fences.ts';
import { fetchFailureRoutes } from './fetch-failures.ts';
import { fetcherRoutes } from './fetcher.ts';
import { jobRoutes } from './jobs.ts';
import { keyBatchRoutes } from './key-batches.ts';
import { keyMoveRoutes } from './key-moves.ts';
import { keyProtectionRoutes } from './key-protection.ts';
import { lastReportsRoutes } from './last-reports.ts';
import { locationRoutes } from './locations.ts';
import { manufacturerApiRoutes } from './manufacturer-api.ts';
import { manufacturerRoutes } from './manufacturers.ts';
import { mapRoutes } from './map.ts';
import { mapPackRoutes } from './map-packs.ts';
import { mapSettingsRoutes } from './map-settings.ts';
import { noPositionRoutes } from './no-position.ts';
import { orderPaperRoutes } from './order-papers.ts';
import { overviewRoutes } from './overview.ts';
import { periodCorrectionRoutes } from './period-corrections.ts';
import { permissionRoutes } from './permissions.ts';
import { placeRoutes } from './places.ts';
import { privateKeyExportRoutes } from './private-key-exports.ts';
import { retentionRoutes } from './retention.ts';
import { retirementRoutes } from './retirement.ts';
import { returnRoutes } from './returns.ts';
import { reviewRoutes } from './reviews.ts';
import { runAnalyticsRoutes } from './run-analytics.ts';
import { runPeriodRoutes } from './run-periods.ts';
import { savedViewRoutes } from './saved-views.ts';
import { searchRoutes } from './search.ts';
import { sessionRoutes } from './sessions.ts';
import { statusRulesRoutes } from './status-rules.ts';
import { systemRoutes } from './system.ts';
import { totpRoutes } from './totp.ts';
import { trackerCorrectionRoutes } from './tracker-correction.ts';
import { trackerRoutes } from './trackers.ts';
import { workstationRoutes } from './workstation.ts';

/** Where the API lives on every host. */
export const API_PREFIX = '/api/v1';

/** Every route of the product, by operation id. The router refuses to start while one has no handler. */
export const routes = {
  ...auditRoutes,
  ...authRoutes,
  ...apiTokenRoutes,
  ...permissionRoutes,
  ...sessionRoutes,
  ...totpRoutes,
  ...clientRoutes,
  ...locationRoutes,
  ...keyBatchRoutes,
  ...manufacturerRoutes,
  ...manufacturerApiRoutes,
  ...keyProtectionRoutes,
  ...privateKeyExportRoutes,
  ...trackerRoutes,
  ...periodCorrectionRoutes,
  ...runPeriodRoutes,
  ...trackerCorrectionRoutes,
  ...keyMoveRoutes,
  ...customerOrderRoutes,
  ...retirementRoutes,
  ...boxDifferenceRoutes,
  ...returnRoutes,
  ...orderPaperRoutes,
  ...mapRoutes,
  ...placeRoutes,
  ...alertRoutes,
  ...mapSettingsRoutes,
  ...mapPackRoutes,
  ...runAnalyticsRoutes,
  ...reportRoutes,
  ...fenceRoutes,
  ...fenceDraftRoutes,
  ...statusRulesRoutes,
  ...savedViewRoutes,
  ...searchRoutes,
  ...fetcherRoutes,
  ...fetchFailureRoutes,
  ...lastReportsRoutes,
  ...noPositionRoutes,
  ...corruptReportRoutes,
  ...jobRoutes,
  ...consoleRoutes,
  ...overviewRoutes,
  ...retentionRoutes,
  ...databaseConnectionsRoutes,
  ...backupRoutes,
  ...systemRoutes,
  ...workstationRoutes,
  ...reviewRoutes,
} as const;

export type Routes = typeof routes;
export type OperationId = keyof Routes;
