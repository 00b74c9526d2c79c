import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject, type ShouldRevalidateFunctionArgs } from 'react-router';
import type { OperationId } from '../src-shared/contract/routes.ts';
import { Crashed } from './layout/Crashed.tsx';
import { NotFound } from './layout/NotFound.tsx';
import { RequireSession } from './layout/RequireSession.tsx';
import { Starting } from './layout/Starting.tsx';
import { askForFirstMap } from './pages/map/first-map.ts';
import { layout } from './strings/layout.ts';

/** What a route tells the layout about itself: its breadcrumb, and which operation a role must be allowed to see it. */
export interface PageHandle {
  crumb: string;
  needs?: OperationId;
}

type Load = () => Promise<{ default: ComponentType }>;

const loaded = (load: Load) => async () => ({ Component: await load().then((module) => module.default, failing) });

/** A page in a chunk of its own, loaded when it is first visited. */
const page = (path: string, crumb: string, load: Load, needs?: OperationId): RouteObject => ({
  path,
  handle: { crumb, ...(needs ? { needs } : {}) } satisfies PageHandle,
  errorElement: <Crashed />,
  lazy: loaded(load),
});

/** What a page asks first, if everyone may ask it: who is logged in may not be known yet. */
type Ask = (address: URL) => void;

/** Asks while the page's chunk is loaded, and not again when only a filter changes. */
const asking = (ask: Ask, route: RouteObject): RouteObject =>
  ({
    ...route,
    loader: ({ request }) => {
      ask(new URL(request.url));
      return null;
    },
    shouldRevalidate: ({ currentUrl, nextUrl }: ShouldRevalidateFunctionArgs) =>
      currentUrl.pathname !== nextUrl.pathname,
  }) as RouteObject;

/**
 * Stands for a page whose code can't be loaded (the console was updated or is out of reach): it throws when it is drawn,
 * which shows `Crashed`. The router itself would leave the window blank, since it takes a rejected `lazy` for one that
 * is still under way.
 */
const failing =
  (error: unknown): ComponentType =>
  () => {
    throw error;
  };

const { pages: names } = layout;

/** Every page inside the layout. A page's file default-exports its component. */
const pages: RouteObject[] = [
  page('/', names.overview, () => import('./pages/app/HomePage.tsx'), 'getOverview'),
  page('/trackers', names.trackers, () => import('./pages/trackers/TrackersPage.tsx'), 'listTrackers'),
  page('/trackers/:trackerId', names.trackers, () => import('./pages/trackers/tracker/TrackerPage.tsx'), 'getTracker'),
  asking(
    askForFirstMap,
    page('/map', names.map, () => import('./pages/map/MapPage.tsx'), 'getMapTrackers'),
  ),
  page('/locations', names.locations, () => import('./pages/locations/LocationsPage.tsx'), 'listStorageLocations'),
  page('/alerts', names.alerts, () => import('./pages/analytics/alerts/AlertsPage.tsx'), 'listAlerts'),
  page('/reports', names.reports, () => import('./pages/analytics/reports/ReportsPage.tsx'), 'getReport'),
  page(
    '/key-batches',
    names.keyBatches,
    () => import('./pages/manufacturing/key-batches/KeyBatchesPage.tsx'),
    'listKeyBatches',
  ),
  page(
    '/key-batches/:keyBatchId',
    names.keyBatches,
    () => import('./pages/manufacturing/key-batches/KeyBatchPage.tsx'),
    'getKeyBatch',
  ),
  page(
    '/manufacturers',
    names.manufacturers,
    () => import('./pages/manufacturing/manufacturers/ManufacturersPage.tsx'),
    'listManufacturers',
  ),
  page(
    '/manufacturers/:manufacturerId',
    names.manufacturers,
    () => import('./pages/manufacturing/manufacturers/ManufacturerPage.tsx'),
    'getManufacturer',
  ),
  page('/orders', names.orders, () => import('./pages/orders/OrdersPage.tsx'), 'listCustomerOrders'),
  page('/orders/:customerOrderId', names.orders, () => import('./pages/orders/OrderPage.tsx'), 'getCustomerOrder'),
  page('/reviews', names.reviews, () => import('./pages/offline/reviews/ReviewsPage.tsx'), 'listReviewPins'),
  page('/offline', names.offline, () => import('./pages/offline/OfflinePage.tsx'), 'listOutboxEntries'),
  page('/clients', names.clients, () => import('./pages/clients/ClientsPage.tsx'), 'listClients'),
  page(
    '/production-runs',
    names.productionRuns,
    () => import('./pages/clients/production-runs/ProductionRunsPage.tsx'),
    'listProductionRuns',
  ),
  page(
    '/production-runs/:productionRunId',
    names.productionRuns,
    () => import('./pages/clients/production-runs/ProductionRunPage.tsx'),
    'getProductionRun',
  ),
  page('/fetcher', names.fetcher, () => import('./pages/fetching/FetcherPage.tsx'), 'getFetcher'),
  page('/jobs', names.jobs, () => import('./pages/monitoring/JobsPage.tsx'), 'listJobs'),
  page('/consoles', names.consoles, () => import('./pages/monitoring/ConsolesPage.tsx'), 'listConsoles'),
  page('/users', names.users, () => import('./pages/access/users/UsersPage.tsx'), 'listUsers'),
  page(
    '/permissions',
    names.permissions,
    () => import('./pages/access/permissions/PermissionsPage.tsx'),
    'listPermissions',
  ),
  page('/security', names.security, () => import('./pages/access/security/SecurityPage.tsx'), 'getSession'),
  page('/audit', names.audit, () => import('./pages/audit/AuditPage.tsx'), 'listAuditEntries'),
  page('/key-protection', names.keyProtection, () => import('./pages/keys/KeyProtectionPage.tsx'), 'getKeyProtection'),
  page('/settings', names.settings, () => import('./pages/app/settings/SettingsPage.tsx'), 'getAbout'),
];

const loadScanStation: Load = () => import('./pages/orders/scan-station/ScanStationPage.tsx');
/** Pages that take the whole window: no navigation, nothing to click by mistake. */
const fullScreen: RouteObject[] = [
  page(
    '/orders/:customerOrderId/labels',
    names.orders,
    () => import('./pages/orders/labels/OrderLabelsPage.tsx'),
    'getOrderLabels',
  ),
  page(
    '/orders/:customerOrderId/pick-list',
    names.orders,
    () => import('./pages/orders/PickListPage.tsx'),
    'listBoxDifferences',
  ),
  page('/scan', names.scanStation, loadScanStation, 'allocate'),
  page(
    '/scan/returns',
    names.returns,
    () => import('./pages/orders/scan-station/returns/ReturnsPage.tsx'),
    'returnScanned',
  ),
  page('/scan/:orderId', names.scanStation, loadScanStation, 'allocate'),
];

// Whoever logs in sees none of it yet.
const loadLayout: Load = () => import('./layout/AppLayout.tsx').then(({ AppLayout }) => ({ default: AppLayout }));

/** History addresses (`/trackers/7`): both hosts answer unknown paths with index.html, so deep links work. */
export const router: ReturnType<typeof createBrowserRouter> = createBrowserRouter([
  {
    path: '/login',
    HydrateFallback: Starting,
    errorElement: <Crashed />,
    lazy: async () => ({ Component: (await import('./pages/access/login/LoginPage.tsx')).default }),
  },
  {
    path: '/setup',
    HydrateFallback: Starting,
    errorElement: <Crashed />,
    lazy: async () => ({ Component: (await import('./pages/access/setup/SetupPage.tsx')).default }),
  },
  {
    element: <RequireSession />,
    HydrateFallback: Starting,
    errorElement: <Crashed />,
    children: [...fullScreen, { lazy: loaded(loadLayout), children: [...pages, { path: '*', element: <NotFound /> }] }],
  },
]);
