import type { Locator } from '@playwright/test';
import { expect, test } from '../support/demo.ts';
import { figureIn, textOf } from '../support/read.ts';

test('a day in operations: keys, runs, and a fence that is drawn right', async ({ pageOf }) => {
  const page = await pageOf('ops');

  await test.step('makes a key batch and watches it', async () => {
    await page.goto('/key-batches');
    await page.getByRole('button', { name: 'New key batch' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Label').fill('Spring lot');
    await form.getByLabel('Number of trackers').fill('50');
    await form.locator('button[type=submit]').click();
    await expect(page.getByRole('heading', { name: 'Spring lot' })).toBeVisible();
    await expect(page.getByText('Ready').first()).toBeVisible({ timeout: 30_000 });
  });

  await test.step('moves trackers to a run, and takes it back', async () => {
    await page.goto('/trackers?status=UNKNOWN&stage=manufactured&sort=id');
    const table = page.getByRole('table', { name: 'Trackers' });
    const rows = table.getByRole('checkbox', { name: /Select row/ });
    await rows.nth(0).check();
    await rows.nth(1).check();
    const before = await textOf(table.getByRole('row').nth(1));
    await page.getByRole('button', { name: 'Assign to a run' }).click();
    await choose(page.getByRole('dialog').getByRole('combobox', { name: 'Production run' }), 'Winter sofas');
    await page.getByRole('dialog').getByRole('button', { name: 'Assign' }).click();
    await expect(table.getByRole('row').nth(1)).toContainText('Winter sofas');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('Undone')).toBeVisible();
    await expect.poll(() => textOf(table.getByRole('row').nth(1))).toBe(before);
  });

  await test.step('keeps a view of the list', async () => {
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Save as new view' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Waiting for a run');
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await page.goto('/trackers');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Waiting for a run', exact: true }).click();
    await expect(page).toHaveURL(/stage=manufactured/);
  });

  await test.step('widens a fence and sees at once what it would hold, with mouse and keyboard', async () => {
    await page.goto('/locations?search=Leipzig');
    await page
      .getByRole('table')
      .getByRole('button', { name: /Leipzig/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Edit' }).click();
    const preview = page.getByRole('region', { name: 'What would be inside the fence' });
    const inside = () => figureIn(preview.getByRole('status'));
    await expect(preview.getByText(/last seen inside/)).toBeVisible();
    const before = await inside();
    const radius = page.getByRole('textbox', { name: 'Fence radius' });
    const first = await radius.inputValue();
    await radius.fill('20000');
    await expect.poll(inside).toBeGreaterThan(before);
    await radius.fill(first);
    await expect.poll(inside).toBe(before);
    const handle = page.locator('.map-handle');
    const box = (await handle.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 60, box.y + 7, { steps: 6 });
    // Still under the mouse: the form and the preview follow every step of the drag.
    await expect(radius).not.toHaveValue(first);
    await page.mouse.up();
    await page.getByRole('button', { name: 'Cancel' }).click();
  });
});

async function choose(select: Locator, option: string): Promise<void> {
  await select.click();
  await select.fill(option);
  await select.page().getByRole('option', { name: option }).first().click();
}
