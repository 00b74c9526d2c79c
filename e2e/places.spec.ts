import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { passes } from './support/accessible.ts';
import { asPerson } from './support/api.ts';
import { expect, test } from './support/own-console.ts';

const LOOK = process.env.LOOK;
/** A picture of one grey point. */
const TILE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGM4AAAAwgDBUl5XUQAAAABJRU5ErkJggg==',
  'base64',
);

/** Pictures for a person to look at. */
async function look(page: Page, name: string) {
  for (const [width, height, colorScheme] of [
    [1440, 900, 'light'],
    [1024, 768, 'dark'],
    [390, 844, 'light'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(600);
    await page.screenshot({ path: `${LOOK}/${name}-${colorScheme}-${width}.png` });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Where a map says that it looks, in its page's address. */
const view = (page: Page): number[] => (new URL(page.url()).searchParams.get('at') ?? '').split(',').map(Number);
const looksAt = (page: Page, latitude: number, longitude: number) =>
  expect
    .poll(() => view(page).slice(0, 2), { message: `the map looks at ${latitude}, ${longitude}` })
    .toEqual([expect.closeTo(latitude, 2), expect.closeTo(longitude, 2)]);

test('a place is found by name, as a location and by coordinates, on every map', async ({ page, go, enter }) => {
  await enter();
  const { api } = asPerson(page);
  await api.createDeliveryLocation({
    body: { name: 'Harbour hall', position: { type: 'Point', coordinates: [9.9412, 53.5414] }, geofenceRadiusM: 150 },
  });
  await go('/map');
  const search = page.getByRole('textbox', { name: 'Find a place' });
  await search.fill('Muenchen');
  await page.getByRole('option', { name: /^Munich Germany/ }).click({ timeout: 30_000 });
  await looksAt(page, 48.137, 11.575);
  await expect(page.locator('.leaflet-tooltip', { hasText: 'Munich' })).toBeVisible();

  await search.fill('harbour');
  await page.getByRole('option', { name: /Harbour hall Delivery location/ }).click();
  await looksAt(page, 53.5414, 9.9412);

  // A pair in German notation, with nothing but Enter.
  await search.fill('47,3769; 8,5417');
  await search.press('Enter');
  await looksAt(page, 47.3769, 8.5417);

  await search.fill('Qwertzuiop');
  await expect(page.getByText('No place has that name.')).toBeVisible();
  await search.press('Escape');
  await passes(page);

  // From anywhere.
  await go('/trackers');
  await page.getByRole('button', { name: /Jump to/ }).click();
  await page.getByRole('textbox', { name: 'Jump to…' }).fill(`33°52'4"S 151°12'36"E`);
  await page.getByText('-33.867778, 151.21').click();
  await looksAt(page, -33.8678, 151.21);

  // A map for use offline: what it costs is told before, and it lies under the map once it is here.
  const tiles = createServer((_request, response) => response.end(TILE));
  await new Promise<void>((ready) => tiles.listen(0, '127.0.0.1', ready));
  const tileUrl = `http://127.0.0.1:${(tiles.address() as AddressInfo).port}/{z}/{x}/{y}.png`;
  await go('/reviews');
  await page.getByRole('button', { name: 'Download a map' }).click();
  const dialogue = page.getByRole('dialog');
  const around = async () => {
    await dialogue.getByText('Area', { exact: true }).click();
    await dialogue.getByRole('textbox', { name: 'Around a place' }).fill('Zurich');
    await page.getByRole('option', { name: /^Zürich Switzerland/ }).click();
  };
  await around();
  await expect(dialogue.getByText('The bundled map has no streets to download.')).toBeVisible();
  await page.keyboard.press('Escape');
  await api.updateMapSettings({
    body: { baseMap: 'tile-server', tileUrl, mayTakeAreas: true, attribution: 'Test tiles' },
    version: (await api.getMapSettings()).version,
  });
  await page.getByRole('button', { name: 'Download a map' }).click();
  await around();
  await dialogue.getByRole('slider', { name: 'Level of detail' }).press('Home');
  await expect(dialogue.getByText(/^About .* in \d+ tiles from 127.0.0.1/)).toBeVisible();
  await passes(page);
  if (LOOK) await look(page, 'get-map');
  await dialogue.getByRole('button', { name: 'Download', exact: true }).click();
  await expect(
    page.getByRole('listitem').filter({ hasText: 'Zürich' }).getByText('Ready', { exact: true }),
  ).toBeVisible({
    timeout: 30_000,
  });
  await passes(page);
  if (LOOK) await look(page, 'packs');
  await api.updateMapSettings({ body: { baseMap: 'bundled' }, version: (await api.getMapSettings()).version });
  await new Promise((closed) => tiles.close(closed));
  const tile = page.waitForResponse((response) => response.url().includes('/map/tiles/8/'));
  await go('/map?at=47.37,8.54,8');
  expect((await tile).status()).toBe(200);
  await expect(page.getByText('Test tiles')).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save picture' }).click();
  const picture = await readFile(await (await saved).path());
  expect(picture.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  // Twice the pixels of the map on screen, whose tile is grey.
  expect(picture.readUInt32BE(16)).toBeGreaterThan(1_500);
  if (LOOK) await look(page, 'pack-map');
});

test('a pair of coordinates fills both fields, and what is no number is refused', async ({ page, go, enter }) => {
  await enter();
  await go('/locations');
  await page.getByRole('button', { name: 'New delivery location' }).click();
  const latitude = page.getByLabel('Latitude');
  const longitude = page.getByLabel('Longitude');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Town hall');
  await latitude.fill('53.5511, 9.9937');
  await expect(latitude).toHaveValue('53.5511');
  await expect(longitude).toHaveValue('9.9937');
  await longitude.fill('53,5512 10,0001');
  await expect(latitude).toHaveValue('53.5512');
  await expect(longitude).toHaveValue('10.0001');
  await latitude.fill(`53° 33' 4" N`);
  await latitude.blur();
  await longitude.fill('about 10');
  await longitude.blur();
  await expect(page.getByText('Not a coordinate.')).toBeVisible();
  await page.getByRole('button', { name: 'Create' }).click();
  const { api } = asPerson(page);
  expect((await api.listDeliveryLocations({ query: {} })).items).toEqual([]);
  await longitude.fill('10,5');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByText('Town hall is saved.')).toBeVisible();
  const { items } = await api.listDeliveryLocations({ query: {} });
  expect(items[0]?.position.coordinates).toEqual([10.5, 53.551111]);

  // The map of locations goes to a place as well.
  await page.getByRole('textbox', { name: 'Find a place' }).fill('Zurich');
  await page.getByRole('option', { name: /^Zürich Switzerland/ }).click();
  await expect(page.locator('.leaflet-tooltip', { hasText: 'Zürich' })).toBeVisible();
});

test('a click from far away zooms in before it is a fence, and what was done to a fence is undone', async ({
  page,
  go,
  enter,
}) => {
  await enter();
  const { api } = asPerson(page);
  await api.createStorageLocation({
    body: { name: 'Depot', position: { type: 'Point', coordinates: [10, 30] }, geofenceRadiusM: 2000 },
  });
  await go('/locations');
  await page.getByRole('button', { name: 'New delivery location' }).click();
  const latitude = page.getByLabel('Latitude');
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  const map = page.getByRole('application');
  await page.getByRole('button', { name: 'Zoom out' }).click({ clickCount: 9, force: true });
  await map.click({ position: { x: 400, y: 300 } });
  await expect(page.getByText('Click again in the right place.')).toBeVisible();
  await expect(latitude).toHaveValue('');
  await expect(undo).toBeDisabled();
  await map.click({ position: { x: 400, y: 300 } });
  await expect(latitude).toHaveValue(/^-?[0-9.]+$/);
  await expect(page.getByText('Click again in the right place.')).toBeHidden();
  const first = await latitude.inputValue();

  // Near another fence it says so; undone, the point is where it was.
  await latitude.fill('30.001, 10.001');
  await expect(page.getByText(/Overlaps Depot/)).toBeVisible();
  await expect(undo).toBeEnabled();
  await undo.click();
  await expect(latitude).toHaveValue(first);
  await expect(page.getByText(/Overlaps Depot/)).toBeHidden();
});
