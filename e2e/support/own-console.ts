import { preparedDataDir, startConsole, type TestConsole } from './console.ts';
import { desktopWindow, isDesktop } from './desktop.ts';
import { logIn, overview } from './people.ts';
import { test as base } from './test.ts';

export { expect, type Page } from './test.ts';

interface Fixtures {
  /** A new, empty console of the test's own. */
  running: TestConsole;
  /** Opens a path of it. */
  go: (path: string) => Promise<unknown>;
  /** Logs its administrator in by the screen, up to the overview. */
  enter: () => Promise<void>;
}

/** For what a test does to a console that nobody else uses: in a tab of the browser, or in the desktop's window. */
export const test = base.extend<Fixtures>({
  running: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from this pattern
    async ({}, use) => {
      const data = await preparedDataDir();
      const running = await startConsole(data);
      await use(running);
      await running.stop();
      await data.remove();
    },
    { timeout: 120_000 },
  ],
  // The window is there once the console runs.
  page: async ({ running: _, page: tab }, use, info) => use(isDesktop(info.project) ? desktopWindow() : tab),
  go: async ({ page, running }, use) => use((path) => page.goto(running.url + path)),
  enter: async ({ page, go }, use) =>
    use(async () => {
      await go('/login');
      await logIn(page);
      await overview(page);
    }),
});
