import { existsSync } from 'node:fs';
import { cp, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { demoAccounts } from '../../src-main/demo/company.ts';
import { statuses } from '../../src-shared/contract/status.ts';
import { signIn, until } from './api.ts';
import { ADMIN_PASSWORD, startConsole, type TestConsole, temporaryDataDir } from './console.ts';
import { test as base } from './test.ts';

/** When it is in the demo: a Monday at noon. The browser's clock stands still at this instant. */
const DEMO_NOW = new Date('2026-11-23T12:00:00Z');
export type DemoUser = 'admin' | 'ops' | 'warehouse' | 'reviewer' | 'viewer';

const passwordOf = (username: DemoUser): string =>
  demoAccounts(ADMIN_PASSWORD).find((account) => account.username === username)?.password ?? ADMIN_PASSWORD;

interface Fixtures {
  /** A page of somebody who is signed in. */
  pageOf: (username: DemoUser, options?: { colorScheme?: 'light' | 'dark' }) => Promise<Page>;
}
interface WorkerFixtures {
  /** One demo console for all specs of a worker: its company is made once. */
  demo: TestConsole;
  /** The cookies of each person, so that a password is checked once (it is slow on purpose). */
  signedIn: (username: DemoUser) => Promise<Awaited<ReturnType<BrowserContext['storageState']>>>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from this pattern
    async ({}, use) => {
      const { dataDir, remove } = await temporaryDataDir();
      // A company made by an earlier run, kept by whoever works on the specs: see `keepCompany`.
      const kept = process.env.E2E_DEMO_DIR;
      if (kept && existsSync(kept)) await cp(kept, dataDir, { recursive: true });
      const preload = pathToFileURL(join(import.meta.dirname, 'set-clock.mjs')).href;
      const env = {
        NODE_OPTIONS: `--import ${preload}`,
        CONSOLE_TEST_CLOCK_STARTED_AT: String(Date.now()),
        CONSOLE_TEST_CLOCK_BEGINS_AT: String(DEMO_NOW.getTime()),
        // Times come one after the other, and yet no minute passes while the specs look.
        CONSOLE_TEST_CLOCK_SLOWER: '1000',
        CONSOLE_DEMO_SAME_KEYS: '1',
      };
      // First the company alone, then what its reports say, lest the order of things depend on how the two take turns.
      const until = { printed: /The demo company is ready/, seconds: 400 };
      const making = await startConsole({ dataDir, args: ['--demo', '--engines', ''], env, until });
      await making.stop();
      await utimes(join(dataDir, 'keys', 'recovery-kit-1.txt'), DEMO_NOW, DEMO_NOW);
      // Without the fetcher nothing changes by itself.
      const running = await startConsole({
        dataDir,
        args: ['--demo', '--engines', 'status-engine,key-generator'],
        env,
      });
      await companyMade(running.url);
      await use(running);
      await running.stop();
      if (kept && !existsSync(kept)) await keepCompany(dataDir, kept);
      await remove();
    },
    // Some thirty seconds on an idle machine.
    { scope: 'worker', timeout: 900_000 },
  ],
  signedIn: [
    async ({ demo, browser }, use) => {
      const kept = new Map<DemoUser, Awaited<ReturnType<BrowserContext['storageState']>>>();
      await use(async (username) => {
        const known = kept.get(username);
        if (known) return known;
        const context = await browser.newContext({ baseURL: demo.url });
        const data = { username, password: passwordOf(username) };
        // On a busy machine the check of a password, slow on purpose, may take long.
        const answer = await context.request.post('/api/v1/auth/login', { data, timeout: 60_000 });
        if (!answer.ok()) throw new Error(`could not sign in as ${username}: ${await answer.text()}`);
        const state = await context.storageState();
        await context.close();
        kept.set(username, state);
        return state;
      });
    },
    { scope: 'worker' },
  ],
  pageOf: async ({ demo, browser, signedIn, contextOptions }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (username, options = {}) => {
      const storageState = await signedIn(username);
      const context = await browser.newContext({
        ...contextOptions,
        ...options,
        // With a clock that stands still nothing that fades in would ever be there.
        reducedMotion: 'reduce',
        storageState,
        baseURL: demo.url,
      });
      opened.push(context);
      const page = await context.newPage();
      await page.clock.setFixedTime(DEMO_NOW);
      return page;
    });
    for (const context of opened) await context.close();
  },
});
export { expect } from '@playwright/test';

/** Waits until the two weeks before are stored and their statuses are worked out: until nothing changes any more. */
async function companyMade(url: string): Promise<void> {
  const { api } = await until(() => signIn(url).catch(() => null), 'the administrator of the demo', 240);
  let before = '';
  let same = 0;
  await until(
    async () => {
      const counts = await Promise.all(statuses.map((status) => api.countTrackers({ query: { status } })));
      const text = JSON.stringify(counts);
      same = text === before && counts.every(({ count }) => count > 0) ? same + 1 : 0;
      before = text;
      await new Promise((resolve) => setTimeout(resolve, 400));
      return same >= 4;
    },
    'the demo company to stand still',
    450,
  );
}

/** Keeps a company as it is made, before specs change it: run any one spec that only looks. */
const keepCompany = (dataDir: string, kept: string) => cp(dataDir, kept, { recursive: true });
