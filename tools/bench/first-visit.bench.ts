import { existsSync } from 'node:fs';
import { chromium, type Page, type Request } from '@playwright/test';
import { ADMIN_PASSWORD, startHeadless, temporaryDataDir } from '../../e2e/support/console.ts';
import { findBrowser } from '../testing/browser.ts';
import { type Figure, less } from './figure.ts';

/** What a first visit may send over the network, headers included. Bytes. */
const screens = [
  { name: 'log-in', path: '/login', most: 250_000 },
  { name: 'overview', path: '/', most: 400_000 },
  { name: 'map', path: '/map', most: 1_500_000 },
] as const;

/** What the first visit of a screen loads, with an empty cache. Needs a browser and a build. */
export async function figures(): Promise<Figure[]> {
  const executablePath = findBrowser();
  if (!executablePath || !existsSync('out/main/node.js')) {
    console.log('  left out: needs a browser (CONSOLE_TEST_BROWSER) and npm run build');
    return [];
  }
  const { dataDir, remove } = await temporaryDataDir();
  const running = await startHeadless({ dataDir, args: ['--engines', ''] });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  try {
    const figures: Figure[] = [];
    for (const { name, path, most } of screens) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: running.url });
      if (path !== '/login')
        await context.request.post('/api/v1/auth/login', { data: { username: 'admin', password: ADMIN_PASSWORD } });
      const bytes = await received(await context.newPage(), path);
      figures.push(less(`first visit of ${name}, on the wire`, 'bytes', bytes, { name: 'promised', value: most }));
      await context.close();
    }
    return figures;
  } finally {
    await browser.close();
    await running.stop();
    await remove();
  }
}

/** Long enough for what a screen asks for once it stands. Milliseconds. */
const SETTLED_MS = 3_000;

async function received(page: Page, path: string): Promise<number> {
  const finished: Request[] = [];
  // Those of the map's workers as well.
  page.on('requestfinished', (request) => finished.push(request));
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForTimeout(SETTLED_MS);
  const sizes = await Promise.all(finished.map((request) => request.sizes()));
  return sizes.reduce(
    (sum, { responseHeadersSize, responseBodySize }) => sum + responseHeadersSize + responseBodySize,
    0,
  );
}
