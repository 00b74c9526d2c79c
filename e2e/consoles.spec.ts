import { join } from 'node:path';
import type { Console } from '../src-shared/contract/consoles.ts';
import { passes } from './support/accessible.ts';
import { expect, test } from './support/own-console.ts';

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const looks = process.env.CONSOLE_LOOKS;

/** The company's consoles on screen: this one is real, two others are put into the server's answer. */
test('consoles are named, and those that ail are told on their page and on the overview', async ({
  page,
  go,
  enter,
}) => {
  await page.route('**/api/v1/consoles', async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { items: Console[] };
    const [own] = body.items;
    if (own) {
      const gone = { ...own, name: '', isThis: false, seenAt: hoursAgo(3), stoppedAt: null };
      const outbox = { waiting: 12, oldestAt: hoursAgo(4), conflicts: 3 };
      const troubles: Console['troubles'] = ['conflicts', 'silent', 'waiting'];
      body.items.push({ ...gone, id: 9_001, hostName: 'hall-2', outbox, troubles });
      body.items.push({ ...gone, id: 9_002, hostName: 'desk-4', stoppedAt: hoursAgo(3) });
    }
    await route.fulfill({ response, json: body });
  });
  await enter();
  await go('/');
  await expect(page.getByText('The console hall-2 needs attention')).toBeVisible();
  await go('/consoles');
  await expect(page.getByText('3 scans were refused when they were sent.')).toBeVisible();
  const table = page.getByRole('table', { name: 'Consoles' });
  await expect(table.getByText('3 problems')).toBeVisible();
  await expect(table.getByText('Stopped')).toBeVisible();

  await table
    .getByRole('button', { name: /^Actions for/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Hall 2, packing table');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(table.getByText('Hall 2, packing table')).toBeVisible();
  for (const [width, height] of [
    [390, 844],
    [1024, 768],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect(table.getByText('Hall 2, packing table')).toBeVisible();
    for (const colorScheme of looks ? (['light', 'dark'] as const) : []) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(looks!, `consoles-${width}-${colorScheme}.png`) });
    }
    await passes(page);
  }
});
