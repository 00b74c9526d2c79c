import type { Page } from '@playwright/test';
import { violationsOf } from './support/accessible.ts';
import { expect, test } from './support/demo.ts';
import { screens, settled } from './support/screens.ts';

const sizes = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'tablet', width: 1024, height: 768 },
  { name: 'desk', width: 1440, height: 900 },
] as const;
const phone = sizes[0];

/** Things to press that a finger would miss: links within text and what only a reader of the screen sees left out. */
const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const pressed = 'button, [role=button], input, select, textarea, nav a, [role=tab], [role=option]';
    const small: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(pressed)) {
      // A box is pressed with its label, a thumb with its track; tables of a desk scroll sideways and are read.
      const target =
        element.closest<HTMLElement>(
          'label, .mantine-Switch-root, .mantine-Checkbox-root, .mantine-InputWrapper-root',
        ) ?? element;
      const { width, height } = target.getBoundingClientRect();
      const style = getComputedStyle(element);
      const isHidden = width <= 1 || height <= 1 || style.visibility === 'hidden' || !element.checkVisibility();
      if (isHidden || element.closest('table, [inert], .mantine-Slider-root, .leaflet-marker-pane')) continue;
      if (height < 43.5)
        small.push(`${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent} ${height}`);
    }
    return small;
  });

/** Titled parts of a page that columns squeeze until nobody can read them. */
const slivers = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main section[aria-labelledby]')]
      .filter((part) => part.checkVisibility() && part.getBoundingClientRect().width < 200)
      .map((part) => `${part.querySelector('h2')?.textContent} ${part.getBoundingClientRect().width}`),
  );

/** Tables that say that they have rows, and draw none. */
const withoutRows = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('table[aria-rowcount]')]
      .filter((table) => Number(table.getAttribute('aria-rowcount')) > 1 && !table.querySelector('tr[data-index]'))
      .map((table) => String(table.getAttribute('aria-label'))),
  );

test('every screen fits a phone, a tablet and a desk', async ({ pageOf }) => {
  test.setTimeout(1_200_000);
  const page = await pageOf('admin');
  for (const screen of screens)
    await test.step(screen.name, async () => {
      // As one who opens it there: a table once had its rows only after it had been wider.
      await page.setViewportSize(phone);
      await page.goto(screen.path);
      for (const { name, width, height } of sizes) {
        await page.setViewportSize({ width, height });
        await settled(page, screen);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect.soft(over, `${screen.name} scrolls sideways on a ${name}`).toBeLessThanOrEqual(0);
        if (name === 'phone')
          expect.soft(await slivers(page), `${screen.name} has parts too narrow to read`).toEqual([]);
        expect.soft(await withoutRows(page), `${screen.name} has tables that draw no row on a ${name}`).toEqual([]);
        if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/${screen.name}-${name}.png` });
      }
    });
});

test('a client’s user has the map on a phone', async ({ pageOf }) => {
  const page = await pageOf('viewer');
  await page.setViewportSize(phone);
  await page.goto('/map');
  const map = page.getByRole('application');
  const box = async () => (await map.boundingBox())!;
  await expect.poll(async () => (await box()).width).toBe(phone.width);
  const { y, height } = await box();
  expect(y + height).toBe(phone.height);
  expect(y).toBeLessThan(60);

  // The list is a sheet from below: its head says how many, and pulls it up.
  const sheet = page.getByRole('region', { name: 'Trackers in view' });
  const head = sheet.getByRole('button', { name: /trackers in view/ });
  await expect(head).toHaveAttribute('aria-expanded', 'false');
  expect((await sheet.boundingBox())!.height).toBeLessThan(70);
  await head.click();
  await expect.poll(async () => (await sheet.boundingBox())!.height).toBeGreaterThan(300);
  const grip = (await head.boundingBox())!;
  await page.mouse.move(grip.x + 100, grip.y + 10);
  await page.mouse.down();
  await page.mouse.move(grip.x + 100, 120, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await sheet.boundingBox())!.height).toBeGreaterThan(600);
  expect(await violationsOf(page)).toEqual([]);
  await head.click();
  await expect(head).toHaveAttribute('aria-expanded', 'false');

  // Filters are in a drawer, and none has a single choice.
  await page.getByRole('button', { name: 'Filters and layers' }).click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('combobox', { name: 'Status' })).toBeVisible();
  await expect(drawer.getByRole('combobox', { name: 'Client' })).toHaveCount(0);
  await drawer.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Delivered' }).click();
  await expect(page).toHaveURL(/status=DELIVERED/);
  expect(await violationsOf(page)).toEqual([]);
  expect(await tooSmall(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Show all' }).click();
  await expect(drawer).toBeHidden();

  for (const path of ['/map', '/', '/trackers', '/alerts', '/reports', '/reviews', '/production-runs']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
    await expect(page.getByRole('combobox', { name: 'Client' })).toHaveCount(0);
    expect.soft(await tooSmall(page), path).toEqual([]);
  }
});

test('the console can be put on the home screen', async ({ pageOf }) => {
  const page = await pageOf('viewer');
  await page.goto('/map');
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A private window can't keep an app; the tests are in one.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
});
