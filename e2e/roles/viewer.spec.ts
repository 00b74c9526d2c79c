import { expect, test } from '../support/demo.ts';
import { figureIn } from '../support/read.ts';

test('a client’s user sees their own devices, and nothing else', async ({ pageOf }) => {
  const page = await pageOf('viewer');

  await test.step('their trackers only', async () => {
    await page.goto('/trackers');
    const table = page.getByRole('table', { name: 'Trackers' });
    await expect(table.getByRole('row').nth(1)).toBeVisible();
    // The same client in every row: the column that the administrator sees three names in.
    const cells = table.getByRole('cell', { name: /GmbH|B\.V\.|S\.L\./ });
    await expect(cells.nth(10)).toBeVisible();
    const names = new Set(await cells.allTextContents());
    expect(names.size).toBe(1);
  });

  await test.step('the same ones on the map', async () => {
    await page.goto('/map');
    await expect(page.getByText(/[\d,]+ trackers? in view/)).toBeVisible();
    const shown = () => figureIn(page.getByText(/trackers? in view/));
    await expect.poll(shown).toBeGreaterThan(0);
    expect(await shown()).toBeLessThan(1_000);
  });

  await test.step('no orders, keys, fetcher, users or log: not in the navigation, and not by their addresses', async () => {
    const navigation = page.getByRole('navigation', { name: 'Main navigation' });
    for (const name of ['Orders', 'Key batches', 'Scan station', 'Fetcher', 'Users', 'Audit log'])
      await expect(navigation.getByRole('link', { name })).toHaveCount(0);
    for (const path of ['/orders', '/key-batches', '/scan', '/fetcher', '/users', '/audit']) {
      await page.goto(path);
      await expect(page.getByText('Your role does not include this screen')).toBeVisible();
    }
    const refused = await page.evaluate(async () => (await fetch('/api/v1/users')).status);
    expect(refused).toBe(403);
  });
});
