import { passes } from './support/accessible.ts';
import { asPerson } from './support/api.ts';
import { expect, test } from './support/own-console.ts';

const LOOK = process.env.LOOK;
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test.describe('a fence that changes', () => {
  test('asks whether it was wrong or has moved, and lists its former shapes', async ({ page, go, enter }) => {
    await enter();
    const { api } = asPerson(page);
    const client = await api.createClient({ body: { name: 'Fence client' } });
    const brand = await api.createBrand({ body: { clientId: client.id, name: 'Brand' } });
    const run = (name: string, startDate: string, endDate: string) =>
      api.createProductionRun({ body: { brandId: brand.id, name, startDate, endDate, timeZone: 'UTC' } });
    const open = await run('Under way', day(-10), day(10));
    const over = await run('Over', day(-40), day(-20));
    const shop = await api.createDeliveryLocation({
      body: {
        name: 'Corner shop',
        position: { type: 'Point', coordinates: [7.59, 47.56] },
        geofenceRadiusM: 100,
        productionRunIds: [open.id, over.id],
        finishedRunIds: [over.id],
      },
    });
    await go(`/locations?kind=delivery&location=${shop.id}`);
    const shapes = page.getByRole('heading', { name: 'The fence over time' });
    await expect(page.getByRole('heading', { name: 'Corner shop' })).toBeVisible();
    await expect(shapes).toBeHidden();

    const radius = page.getByRole('textbox', { name: 'Fence radius' });
    const edit = async (metres: string) => {
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await radius.fill(metres);
      return page.getByRole('radiogroup', { name: 'Was it wrong, or has it moved?' });
    };
    const save = page.getByRole('button', { name: 'Save', exact: true });

    // It moved: the old shape keeps its time.
    let question = await edit('250');
    await save.click();
    await expect(page.getByText('Say whether it was wrong or has moved.')).toBeVisible();
    await question.getByText('It has moved or changed').click();
    await save.click();
    await expect(page.getByText('Say since when.')).toBeVisible();
    await page.getByRole('button', { name: 'Since when' }).click();
    await page.locator('[data-today]').click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show what changes' }).click();
    await expect(page.getByText('Nothing would change')).toBeVisible({ timeout: 20_000 });
    await passes(page);
    if (LOOK) await looks(page, 'form');
    await save.click();
    await expect(shapes).toBeVisible();
    const list = page.getByRole('listitem').filter({ hasText: 'around 47.56, 7.59' });
    await expect(list).toHaveText([/– now250 m/, /^Beginning – .*100 m/]);

    // It was wrong: the present shape is another, and the finished run keeps what it had.
    question = await edit('300');
    await question.getByText('It was wrong').click();
    await save.click();
    await expect(list).toHaveText([/– now300 m/, /^Beginning – .*100 m/]);
    await expect(page.getByText('One finished run keeps the fence that it ended with.')).toBeVisible();
    await passes(page);
    if (LOOK) await looks(page, 'detail');
    const { items } = await api.listFenceShapes({ params: { locationId: shop.id } });
    expect(items.map(({ geofenceRadiusM }) => geofenceRadiusM)).toEqual([300, 100]);
    expect(new Date(items[0]!.from!).getHours()).toBe(0);
  });
});

/** Pictures for a person to look at. */
async function looks(page: import('@playwright/test').Page, name: string) {
  for (const scheme of ['light', 'dark'] as const)
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
      [390, 844],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(500);
      await (name === 'form'
        ? page.getByRole('button', { name: 'Save', exact: true })
        : page.getByText('One finished run keeps')
      ).scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${LOOK}/${name}-${scheme}-${width}.png` });
    }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}
