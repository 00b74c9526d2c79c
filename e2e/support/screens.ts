import { expect, type Page } from '@playwright/test';

/** Every screen of the console, as the administrator opens it in the demo. */
export interface Screen {
  name: string;
  path: string;
  /** Text of the level-one heading, when the path alone does not tell that the screen has come. */
  heading: string | RegExp;
}

export const screens: readonly Screen[] = [
  { name: 'overview', path: '/', heading: 'Overview' },
  { name: 'trackers', path: '/trackers?sort=id', heading: 'Trackers' },
  { name: 'tracker', path: '/trackers/600', heading: /[0-9A-F]{2}:/ },
  { name: 'tracker-reports', path: '/trackers/600?tab=reports', heading: /[0-9A-F]{2}:/ },
  { name: 'map', path: '/map', heading: 'Map' },
  { name: 'map-heat', path: '/map?layer=heat', heading: 'Map' },
  { name: 'map-replay', path: '/map?replay=101,600,900', heading: 'Map' },
  { name: 'locations', path: '/locations', heading: 'Locations' },
  // By time: in what order those of one severity were raised is chance.
  { name: 'alerts', path: '/alerts?sort=-at', heading: /./ },
  { name: 'reports', path: '/reports', heading: /./ },
  { name: 'manufacturers', path: '/manufacturers', heading: /./ },
  { name: 'could-not-be-loaded', path: '/manufacturers/999', heading: 'Manufacturers' },
  { name: 'key-protection', path: '/key-protection', heading: /./ },
  { name: 'key-batches', path: '/key-batches', heading: 'Key batches' },
  { name: 'key-batch', path: '/key-batches/1', heading: /Lot/ },
  { name: 'orders', path: '/orders', heading: 'Orders' },
  { name: 'order', path: '/orders/14', heading: /ORD-000014/ },
  { name: 'order-labels', path: '/orders/14/labels', heading: /./ },
  { name: 'scan-station', path: '/scan', heading: /./ },
  { name: 'reviews', path: '/reviews', heading: /./ },
  { name: 'offline', path: '/offline', heading: /./ },
  { name: 'clients', path: '/clients', heading: 'Clients' },
  { name: 'production-runs', path: '/production-runs', heading: 'Production runs' },
  { name: 'production-run', path: '/production-runs/1', heading: /./ },
  { name: 'fetcher', path: '/fetcher', heading: 'Fetcher' },
  { name: 'jobs', path: '/jobs', heading: 'Jobs' },
  { name: 'users', path: '/users', heading: /Users/ },
  { name: 'permissions', path: '/permissions', heading: /./ },
  { name: 'security', path: '/security', heading: /./ },
  { name: 'audit', path: '/audit', heading: 'Audit log' },
  { name: 'settings', path: '/settings', heading: 'Settings' },
];

/** The heading is there, nothing loads any more, and the typeface has come. */
export async function settled(page: Page, { heading }: Screen): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: heading }).first()).toBeVisible();
  await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}
