import type { Page } from '@playwright/test';
import { violationsOf } from '../support/accessible.ts';
import { expect, test } from '../support/demo.ts';
import { quiet } from '../support/quiet.ts';
import { screens, settled } from '../support/screens.ts';

/**
 * Every screen beside its reference, light and dark, and what axe says of both in a smaller window. After a change that
 * was meant, look at what differs (test-results/), renew the references with `--update-snapshots`, and look at those too.
 */
test('every screen looks as its reference does and meets WCAG 2.2 AA, light and dark', async ({ pageOf, demo }) => {
  // More than thirty screens, twice each; a busy machine needs minutes for it.
  test.setTimeout(1_200_000);
  const page = await pageOf('admin', { colorScheme: 'light' });
  const untilQuiet = quiet(page);
  const inScheme = async (scheme: 'light' | 'dark') => {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
  };
  for (const screen of screens)
    await test.step(screen.name, async () => {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(screen.path);
      for (const scheme of ['light', 'dark'] as const) {
        await inScheme(scheme);
        await settled(page, screen);
        await untilQuiet();
        await withoutChance(page, demo.dataDir);
        await expect.soft(page).toHaveScreenshot(`${screen.name}-${scheme}.png`);
      }
      await page.setViewportSize({ width: 1024, height: 768 });
      await settled(page, screen);
      await untilQuiet();
      expect.soft(await violationsOf(page, 'colours'), `${screen.name}, dark`).toEqual([]);
      await inScheme('light');
      expect.soft(await violationsOf(page), `${screen.name}, light`).toEqual([]);
    });
});

/** Says `/data` for the folder of the demo's data, whose name no two runs have in common. */
const withoutChance = (page: Page, dataDir: string) =>
  page.evaluate((folder) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode as Text;
      if (node.data.includes(folder)) node.data = node.data.replaceAll(folder, '/data');
    }
  }, dataDir);
