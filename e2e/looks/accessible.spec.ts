import { violationsOf } from '../support/accessible.ts';
import { expect, test } from '../support/demo.ts';
import { screens, settled } from '../support/screens.ts';

test.use({ viewport: { width: 1024, height: 768 } });

test('every screen meets WCAG 2.2 AA as far as axe can tell, light and dark', async ({ pageOf }) => {
  // More than thirty screens, twice each; a busy machine needs minutes for it.
  test.setTimeout(600_000);
  const page = await pageOf('admin', { colorScheme: 'light' });
  for (const screen of screens)
    await test.step(screen.name, async () => {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(screen.path);
      await settled(page, screen);
      expect.soft(await violationsOf(page), `${screen.name}, light`).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
      expect.soft(await violationsOf(page, 'colours'), `${screen.name}, dark`).toEqual([]);
    });
});
