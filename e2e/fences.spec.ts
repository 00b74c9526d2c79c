import { passes } from './support/accessible.ts';
import { asPerson } from './support/api.ts';
import { expect, test } from './support/own-console.ts';

const LOOK = process.env.LOOK;
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test.describe('a fence that changes', () => {
  test('asks whether it was wrong or has moved, and lists its former shapes', async ({ page, go, enter }) => {
    if (LOOK) test.setTimeout(300_000);
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
    await expect(page.getByText('Choose whether it was wrong or has moved.')).toBeVisible();
    await question.getByText('It has moved or changed').click();
    await save.click();
    const since = page.getByRole('textbox', { name: 'Since when' });
    await expect(since).toBeFocused();
    await since.fill(new Date().toISOString().slice(0, 10));
    await since.press('Tab');
    await page.getByRole('button', { name: 'Show what changes' }).click();
    await expect(page.getByText('Nothing would change')).toBeVisible({ timeout: 20_000 });
    await passes(page);

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

    const { items } = await api.listFenceShapes({ params: { locationId: shop.id } });
    expect(items.map(({ geofenceRadiusM }) => geofenceRadiusM)).toEqual([300, 100]);
    expect(new Date(items[0]!.from!).getHours()).toBe(0);

    // An outline: drawn, undone, pasted where it crosses itself, put right by numbers.
    await go('/locations');
    await page.getByRole('button', { name: 'New storage location' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Yard');
    await page.getByText('Outline', { exact: true }).click();
    await expect(page.getByText('Click the map where the first corner is.')).toBeVisible();
    const map = page.locator('.leaflet-container');
    const middle = { x: 300, y: 300 };
    const at = [
      [0, 0],
      [90, 0],
      [90, 90],
      [0, 90],
    ] as const;
    for (const [n, [x, y]] of at.entries()) {
      await map.click({ position: { x: middle.x + x, y: middle.y + y } });
      await expect(page.locator('.map-corner')).toHaveCount(n + 1);
    }
    await map.click({ position: middle });
    const said = page.getByText('4 corners. Drag a corner');
    await expect(said).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(said).toBeHidden();
    await page.getByRole('button', { name: 'Redo' }).click();
    await expect(said).toBeVisible();

    await page.getByRole('button', { name: 'Draw a hole' }).click();
    await page.getByRole('button', { name: 'Discard this ring' }).click();
    await expect(said).toBeVisible();

    await page.getByRole('button', { name: 'Paste…' }).click();
    const dialogue = page.getByRole('dialog');
    const text = dialogue.getByRole('textbox', { name: 'GeoJSON or WKT' });
    await text.fill('POLYGON((147.58 -97.55, 147.60 -97.55, 147.60 -97.57))');
    await dialogue.getByRole('button', { name: 'Use this outline' }).click();
    await expect(dialogue.getByText('A latitude is beyond 90 degrees.')).toBeVisible();
    await text.fill('POLYGON((7.588 47.558, 7.592 47.562, 7.592 47.558, 7.588 47.562, 7.588 47.558))');
    await dialogue.getByRole('button', { name: 'Use this outline' }).click();
    await expect(dialogue.getByText('The outline crosses or touches itself near 47.560000, 7.590000.')).toBeVisible();
    await passes(page);
    await dialogue.getByRole('button', { name: 'Correct it on the map' }).click();
    await expect(page.locator('.map-crossing')).toBeVisible();
    await page.getByRole('button', { name: 'Corners as numbers' }).click();
    const corner = (n: number) => page.getByRole('textbox', { name: `Corner ${n}: latitude, longitude` });
    await corner(2).fill('47,558; 7,592');
    await corner(3).fill('47.562, 7.592');
    await corner(3).press('Enter');
    await expect(page.locator('.map-crossing')).toBeHidden();
    await expect(page.getByText('Overlaps Corner shop.')).toBeVisible();
    if (LOOK) await looks(page, 'numbers');
    await passes(page);
    await page.getByRole('button', { name: 'Create' }).click();
    await expect(page.getByText('Yard is saved.')).toBeVisible();
    const [yard] = (await api.listStorageLocations({ query: {} })).items;
    expect(yard).toMatchObject({ name: 'Yard', geofenceRadiusM: 0 });
    expect(yard!.outline!.coordinates[0]![0]).toEqual([
      [7.588, 47.558],
      [7.592, 47.558],
      [7.592, 47.562],
      [7.588, 47.562],
      [7.588, 47.558],
    ]);

    // Many from a file: what is wrong is told before anything is stored.
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await dialogue.locator('input[type=file]').setInputFiles({
      name: 'places.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(
        'name;kind;wkt\nYard;storage;POINT(7 47)\nRamp;storage;POLYGON((7 47, 7.01 47, 7.01 47.01))\nBow;storage;POLYGON((7 47, 7.01 47.01, 7.01 47, 7 47.01))\n',
      ),
    });
    await expect(dialogue.getByText('1 location can be imported.')).toBeVisible();
    await expect(dialogue.getByRole('cell', { name: 'A storage location Yard already exists.' })).toBeVisible();
    await passes(page);
    if (LOOK) await looks(page, 'import');
    await dialogue.getByRole('button', { name: 'Import 1 location' }).click();
    await expect(page.getByText('1 location imported')).toBeVisible();
    await expect(page.getByRole('row', { name: /Ramp/ })).toBeVisible();
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
      if (name === 'form') await page.getByRole('button', { name: 'Save', exact: true }).scrollIntoViewIfNeeded();
      if (name === 'detail') await page.getByText('One finished run keeps').scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${LOOK}/${name}-${scheme}-${width}.png` });
    }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}
