import type { Page } from '@playwright/test';
import { signIn } from '../support/api.ts';
import { expect, test } from '../support/demo.ts';
import { figureIn } from '../support/read.ts';

test('forms keep what was typed until it is sent, and what was archived comes back', async ({ pageOf, demo }) => {
  const page = await pageOf('ops');
  const goTo = (name: string) =>
    page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name, exact: true }).click();
  const form = page.getByRole('dialog');

  await test.step('a form that was closed and left is as it was when one comes back', async () => {
    await page.goto('/clients');
    await page.getByRole('button', { name: 'New client' }).first().click();
    await form.getByLabel('Name').fill('Half-typed AG');
    await form.getByLabel('Notes').fill('Called twice.');
    await form.getByRole('button', { name: 'Cancel' }).click();
    await goTo('Orders');
    await expect(page.getByRole('heading', { name: 'Orders', level: 1 })).toBeVisible();
    await goTo('Clients');
    await page.getByRole('button', { name: 'New client' }).first().click();
    await expect(form.getByLabel('Name')).toHaveValue('Half-typed AG');
    await expect(form.getByLabel('Notes')).toHaveValue('Called twice.');
    await form.locator('button[type=submit]').click();
    await expect(page.getByRole('button', { name: 'Half-typed AG', exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'New client' }).first().click();
    await expect(form.getByLabel('Name')).toHaveValue('');
    await form.getByRole('button', { name: 'Cancel' }).click();
  });

  await test.step('an archived client, and one of its brands, come back by undo', async () => {
    await page.goto('/clients?search=Half-typed');
    await page.getByRole('button', { name: 'New brand' }).click();
    await form.getByLabel('Name').fill('Half Home');
    await form.locator('button[type=submit]').click();
    const brand = page.getByRole('cell', { name: 'Half Home', exact: true });
    await expect(brand).toBeVisible();
    await archive(page, 'Half Home');
    await expect(brand).toHaveCount(0);
    await undo(page);
    await expect(brand).toBeVisible();
    const client = page.getByRole('button', { name: 'Half-typed AG', exact: true });
    await archive(page, 'Half-typed AG');
    await expect(client).toHaveCount(0);
    await undo(page);
    await expect(client).toBeVisible();
  });

  const { api } = await signIn(demo.url);
  const find = async (name: string) =>
    (await api.listProductionRuns({ query: { search: name, limit: 1, includeArchived: 'true' } })).items[0]!;

  await test.step('everything is found by the keyboard, without accents and in any order', async () => {
    const client = await api.createClient({ body: { name: 'Müller Möbel, Zürich' } });
    await goTo('Orders');
    const jump = async (text: string) => {
      await page.keyboard.press('ControlOrMeta+k');
      await page.getByRole('textbox', { name: 'Jump to…' }).fill(text);
      // At once: the first of what is found is taken when it is there.
      await page.keyboard.press('Enter');
    };
    await jump('zurich muller');
    await expect(page).toHaveURL(new RegExp(`/clients\\?clientId=${client.id}$`));
    await jump('upholstery autumn');
    await expect(page.getByRole('heading', { name: 'Autumn upholstery', level: 1 })).toBeVisible();
    await jump('order new');
    await expect(form.getByLabel('Quantity')).toBeVisible();
    await expect(page).toHaveURL(/\/orders$/);
    await form.getByRole('button', { name: 'Cancel' }).click();
    await expect(form).toHaveCount(0);
    await page.keyboard.press('?');
    await expect(form).toContainText('Go to the row below or above');
    await page.keyboard.press('Escape');
    await expect(form).toHaveCount(0);
    await page.keyboard.press('ControlOrMeta+k');
    await expect(form.getByRole('button').first()).toContainText('Autumn upholstery');
    await expect(form.getByRole('button').nth(1)).toContainText('Müller Möbel, Zürich');
    await page.keyboard.press('Escape');
  });

  await test.step('so does a production run', async () => {
    const run = await find('Autumn upholstery');
    await page.goto(`/production-runs/${run.id}`);
    await archive(page, 'Autumn upholstery');
    await expect.poll(async () => (await find('Autumn upholstery')).archivedAt).not.toBeNull();
    await undo(page);
    await expect.poll(async () => (await find('Autumn upholstery')).archivedAt).toBeNull();
  });

  await test.step('and a location', async () => {
    await page.goto('/locations?search=Lisboa');
    const row = page.getByRole('table').getByRole('button', { name: /Lisboa/ });
    await row.first().click();
    await page.getByRole('button', { name: 'Archive' }).click();
    await form.getByRole('button', { name: 'Archive' }).click();
    await expect(row).toHaveCount(0);
    await undo(page);
    await expect(row.first()).toBeVisible();
  });
});

test('all trackers that match are selected at once, and fetched', async ({ pageOf }) => {
  const page = await pageOf('ops');
  await page.goto('/trackers?status=DELIVERED&sort=id');
  const matching = await figureIn(page.getByText(/trackers? match/));
  // More than one request may name, so that parts of them are sent one after the other.
  expect(matching).toBeGreaterThan(500);
  const asked: number[] = [];
  page.on('request', (request) => {
    const sent = request.method() === 'POST' ? (request.postDataJSON() as { trackerIds?: number[] } | null) : null;
    if (sent?.trackerIds) asked.push(...sent.trackerIds);
  });
  const table = page.getByRole('table', { name: 'Trackers' });
  await expect(table.getByRole('checkbox', { name: /Select row/ }).first()).toBeVisible();
  await table.getByRole('checkbox', { name: 'Select all rows' }).click();
  const bar = page.getByRole('toolbar', { name: /selected/ });
  await expect.poll(() => figureIn(bar.getByRole('status'))).toBe(matching);
  await bar.getByRole('button', { name: 'Fetch now' }).click();
  await expect(page.getByText(/asked for|report source is on/)).toBeVisible();
  expect(new Set(asked).size).toBe(matching);
  await bar.getByRole('button', { name: 'Clear selection' }).click();
  await expect(bar).toHaveCount(0);
});

async function archive(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
}

async function undo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Undone').first()).toBeVisible();
  await page.getByRole('button', { name: 'Close' }).first().click();
  await expect(page.getByText('Undone')).toHaveCount(0);
}
