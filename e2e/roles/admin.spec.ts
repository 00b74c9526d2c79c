import { expect, test } from '../support/demo.ts';
import { figureIn } from '../support/read.ts';

test('an administrator’s day: a person gets access, the base map is chosen, and the log tells of both', async ({
  pageOf,
}) => {
  const page = await pageOf('admin');
  await test.step('sees what needs attention first', async () => {
    await page.goto('/');
    const attention = page.getByRole('region', { name: 'Needs attention' });
    await expect(attention.getByRole('link', { name: /is late/ }).first()).toBeVisible();
    // What comes in above it moves the link away from under the pointer.
    await expect(async () => {
      await attention
        .getByRole('link', { name: /is late/ })
        .first()
        .click({ timeout: 2000 });
      await expect(page).toHaveURL(/\/orders\/\d+/, { timeout: 2000 });
    }).toPass();
    await page.goBack();
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  });

  await test.step('lists the silent trackers that are counted', async () => {
    const stat = page.getByRole('link', { name: /Silent trackers/ });
    const counted = await figureIn(stat);
    await stat.click();
    await expect(page.getByText(`${counted} trackers match`)).toBeVisible();
  });

  await test.step('chooses a tile server for the maps, and takes it back', async () => {
    await page.goto('/settings');
    const panel = page.getByRole('region', { name: 'Base map' });
    await panel.getByRole('radio', { name: 'Tile server' }).check();
    await panel.getByLabel('Address of the tiles').fill('http://tiles.example.org/{z}/{x}/{y}.png');
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByText(/Write an https address/)).toBeVisible();
    await panel.getByLabel('Address of the tiles').fill('https://tiles.example.org/{z}/{x}/{y}.png');
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByText(/Reload this page/)).toBeVisible();
    const policy = (await page.reload())?.headers()['content-security-policy'];
    expect(policy).toContain("img-src 'self' data: blob: https://tiles.example.org;");
    await panel.getByRole('radio', { name: /Bundled/ }).check();
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Base map saved')).toBeVisible();
    expect((await page.reload())?.headers()['content-security-policy']).not.toContain('example.org');
  });

  await test.step('finds the changes in the audit log', async () => {
    await page.goto('/audit');
    await expect(page.getByText('map-settings.update').first()).toBeVisible();
  });
});
