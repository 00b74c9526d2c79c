import { passes } from './support/accessible.ts';
import { expect, test } from './support/own-console.ts';

/** What a new company sees first, and how it gets on from there. */
test('the overview of a new company says what is next, by what exists', async ({ page, go, enter }) => {
  test.setTimeout(120_000);
  await enter();
  const steps = page.getByRole('region', { name: 'First steps' });
  await expect(steps.getByText('0 of 11 done')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Statuses by day' })).toHaveCount(0);
  await passes(page);

  const next = () => steps.getByRole('listitem').first();
  await expect(next()).toContainText('Put the recovery kit into a safe');
  await expect(next()).toContainText('Next');
  await next().getByRole('link').click();
  await expect(page).toHaveURL(/key-protection$/);

  await go('/clients');
  await page.getByRole('button', { name: 'New client' }).first().click();
  await page.getByRole('dialog').getByLabel('Name').fill('Aurora Foods');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Aurora Foods').first()).toBeVisible();
  await go('/');
  await expect(steps.getByText('1 of 11 done')).toBeVisible();
  await expect(steps.getByText('Add a client')).toHaveCount(0);

  for (const [width, height] of [
    [390, 844],
    [1024, 768],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect(next()).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const shots = process.env.CONSOLE_LOOKS;
      if (shots) await page.screenshot({ path: `${shots}/first-steps-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
  await steps.getByRole('button', { name: 'Don’t show again' }).click();
  await expect(steps).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Needs attention' })).toBeVisible();
  await expect(steps).toHaveCount(0);
});
