import type { Page } from '@playwright/test';
import { expect, test } from '../support/demo.ts';
import { quiet } from '../support/quiet.ts';
import { screens, settled } from '../support/screens.ts';

/**
 * Every screen beside its reference, light and dark. After a change that was meant, look at what differs
 * (test-results/), renew the references with `--update-snapshots`, and look at those too.
 */
test('every screen looks as its reference does, light and dark', async ({ pageOf, demo }) => {
  // More than sixty pictures; a busy machine needs minutes for them.
  test.setTimeout(900_000);
  const page = await pageOf('admin', { colorScheme: 'light' });
  const untilQuiet = quiet(page);
  for (const screen of screens)
    await test.step(screen.name, async () => {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(screen.path);
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
        await settled(page, screen);
        await untilQuiet();
        await withoutChance(page, demo.dataDir);
        await expect.soft(page).toHaveScreenshot(`${screen.name}-${scheme}.png`);
      }
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
