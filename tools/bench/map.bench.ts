import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import sql from 'sql-template-tag';
import { ADMIN_PASSWORD, startHeadless } from '../../e2e/support/console.ts';
import type { Database } from '../../src-main/core/platform/db/queryable.ts';
import { insertRun, insertTrackers } from '../../src-main/core/testing/company.ts';
import { postgres } from '../../src-main/core/testing/database.ts';
import { findBrowser } from '../testing/browser.ts';
import { type Figure, less, median } from './figure.ts';

const TRACKERS = Number(process.env.BENCH_MAP_TRACKERS ?? 100_000);
const ROUNDS = 3;
/** What the console promises: first clusters within a second, and no task over 50 ms while the map is dragged. */
const FIRST_PAINT_MS = 1_000;
const TASK_MS = 50;

/**
 * The map with 100,000 last positions around the world, in a real browser on the built console: time to the first
 * clusters, and the longest task of the page's main thread in a recorded trace while it is dragged and zoomed. Needs a
 * PostgreSQL with PostGIS in TEST_DATABASE_URL, a browser, and a build.
 */
export async function figures(): Promise<Figure[]> {
  const executablePath = findBrowser();
  if (!process.env.TEST_DATABASE_URL || !executablePath || !existsSync('out/main/node.js')) {
    console.log('  left out: needs TEST_DATABASE_URL, a browser (CONSOLE_TEST_BROWSER) and npm run build');
    return [];
  }
  const database = await postgres.create();
  const dataDir = await mkdtemp(join(tmpdir(), 'console-bench-'));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  try {
    const args = ['--engines', 'status-engine'];
    const running = await startHeadless({
      dataDir,
      args,
      env: { DATABASE_URL: (database.connection as { url: string }).url },
    });
    try {
      // After the start: the console makes the key that the trackers' rows refer to.
      await seed(database.db);
      return await measure(browser, running.url);
    } finally {
      await running.stop();
    }
  } finally {
    await browser.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Around 400 places, as goods are: most of them close together, some on the way between. */
async function seed(db: Database): Promise<void> {
  const { runId } = await insertRun(db, 'Bench', '2020-01-01', '2099-01-01');
  for (let first = 1; first <= TRACKERS; first += 25_000)
    await insertTrackers(db, { count: Math.min(25_000, TRACKERS - first + 1), first, runId });
  await db.query(sql`select setseed(0.5)`);
  await db.query(sql`
    with places as (
      select n, -120 + 240 * random() as lon, -35 + 95 * random() as lat from generate_series(0, 399) n)
    update tracker_status s set last_reported_at = now() - random() * interval '5 days',
      last_position = st_makepoint(p.lon + 2 * (random() - 0.5) * power(random(), 3), p.lat
        + 2 * (random() - 0.5) * power(random(), 3))::geography,
      last_horizontal_accuracy_m = 20, report_count = 1,
      status = (array['IN_TRANSIT', 'IN_STORAGE', 'DELIVERED'])[1 + s.tracker_id % 3]
    from places p where p.n = s.tracker_id % 400`);
  await db.query(sql`analyze`);
}

async function measure(browser: Browser, url: string): Promise<Figure[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: url });
  const login = await context.request.post('/api/v1/auth/login', {
    data: { username: 'admin', password: ADMIN_PASSWORD },
  });
  if (!login.ok()) throw new Error(`could not sign in: ${await login.text()}`);
  const page = await context.newPage();
  // As text: this folder is checked against Node's types, and these lines run in the page.
  await page.addInitScript(`new MutationObserver((_, observer) => {
    if (!document.querySelector('.leaflet-marker-pane .map-icon')) return;
    performance.mark('first-clusters');
    observer.disconnect();
  }).observe(document, { subtree: true, childList: true });`);
  const paints: number[] = [];
  const asked: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    await page.goto('/map');
    await page.locator('.leaflet-marker-pane .map-icon').first().waitFor();
    // The first one warms the browser's cache and the server up.
    if (round === 0) continue;
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-clusters')[0]!.startTime));
    asked.push(
      await page.evaluate(() =>
        Math.min(
          ...performance
            .getEntriesByType('resource')
            .filter(({ name }) => name.includes('/api/v1/map/trackers'))
            .map(({ startTime }) => startTime),
        ),
      ),
    );
  }
  const longest: Longest[] = [];
  for (let round = 0; round < ROUNDS; round++) longest.push(await longestTasksWhilePanning(browser, page));
  await context.close();
  const name = `${TRACKERS} positions`;
  const promised = { name: 'promised, ms', value: TASK_MS };
  return [
    less(`first clusters on the map, ${name}`, 'ms', median(paints), { name: 'promised, ms', value: FIRST_PAINT_MS }),
    less('asked for, from navigation', 'ms', median(asked), { name: 'measured before, ms', value: 1_250 }),
    less(`longest task while dragging and zooming, ${name}`, 'ms', median(longest.map(({ wall }) => wall)), promised),
    less(`the same without waiting for the processor`, 'ms', median(longest.map(({ own }) => own)), promised),
  ];
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** Milliseconds of the longest task: by the clock, and of the thread's own work, which other programs don't lengthen. */
interface Longest {
  wall: number;
  own: number;
}

/** Records a trace while the map is dragged to and fro and zoomed. */
async function longestTasksWhilePanning(browser: Browser, page: Page): Promise<Longest> {
  await page.goto('/map?at=48.0,10.0,5');
  await page.locator('.leaflet-marker-pane .map-icon').first().waitFor();
  await page.waitForTimeout(1_500);
  const box = (await page.locator('.leaflet-container').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', '__metadata'] });
  for (let leg = 0; leg < 6; leg++) {
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let step = 1; step <= 25; step++)
      await page.mouse.move(x + (leg % 2 ? -1 : 1) * step * 12, y + Math.sin(step / 4) * 60);
    await page.mouse.up();
    await page.waitForTimeout(400);
    if (leg % 2 === 1) await page.mouse.wheel(0, leg === 3 ? 240 : -240);
    await page.waitForTimeout(400);
  }
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && /RunTask$/.test(name) && mains.has(`${pid} ${tid}`),
  );
  if (tasks.length === 0) throw new Error('the trace holds no task of the page');
  return {
    wall: Math.max(...tasks.map(({ dur = 0 }) => dur / 1000)),
    own: Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000)),
  };
}
