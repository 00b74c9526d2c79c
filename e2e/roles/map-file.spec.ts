import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/demo.ts';
import { pmtiles } from '../support/pmtiles.ts';

/** Each tile: water all around a square of land, and in the middle of that a wood. */
const square = (from: number, to: number): [number, number][] => [
  [from, from],
  [to, from],
  [to, to],
  [from, to],
];
const file = pmtiles(3, {
  earth: [{ ring: square(1024, 3072), kind: 'earth' }],
  landuse: [{ ring: square(1664, 2432), kind: 'forest' }],
});

test('a map file of this console is chosen and drawn, on every map and beyond its deepest zoom', async ({
  pageOf,
  demo,
}) => {
  await mkdir(join(demo.dataDir, 'maps'), { recursive: true });
  await writeFile(join(demo.dataDir, 'maps', 'squares.pmtiles'), file);
  const page = await pageOf('admin');
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));

  await test.step('is chosen on the settings screen', async () => {
    await page.goto('/settings');
    const panel = page.getByRole('region', { name: 'Base map' });
    await panel.getByRole('radio', { name: /MBTiles file/ }).check();
    await panel.getByRole('combobox', { name: /File/ }).click();
    await page.getByRole('option', { name: 'squares.pmtiles' }).click();
    await panel.getByLabel('Attribution').fill('Squares of the specs');
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Base map saved')).toBeVisible();
  });

  await test.step('draws its tiles: sea at the edge, land, and the wood in the middle', async () => {
    await page.goto('/map?at=20,0,3');
    const { corners, land, middle } = await drawnTile(page);
    expect(corners).toEqual(Array(4).fill(await page.evaluate(colorOf, '--map-sea')));
    expect(land).toBe(await page.evaluate(colorOf, '--map-land'));
    expect(middle).toBe(await page.evaluate(colorOf, '--map-green'));
    expect(new Set([corners[0], land, middle]).size).toBe(3);
  });

  await test.step('and beyond its deepest zoom a quarter of a tile: one corner of it is the wood', async () => {
    await page.goto('/map?at=20,0,4');
    const { corners } = await drawnTile(page);
    const [sea, green] = [await page.evaluate(colorOf, '--map-sea'), await page.evaluate(colorOf, '--map-green')];
    expect(corners.toSorted()).toEqual([sea, sea, sea, green].toSorted());
  });
  expect(wrong).toEqual([]);

  await test.step('gives way to the bundled map again', async () => {
    await page.goto('/settings');
    const panel = page.getByRole('region', { name: 'Base map' });
    await panel.getByRole('radio', { name: /Bundled/ }).check();
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Base map saved')).toBeVisible();
  });
});

/** Pixels of one tile, once all are drawn: near its corners, a third inwards, and in the middle. */
async function drawnTile(page: Page): Promise<{ corners: string[]; land: string; middle: string }> {
  await expect(page.getByText('Squares of the specs')).toBeVisible();
  await expect(page.locator('.leaflet-tile-loaded').first()).toBeAttached();
  await expect(page.locator('.leaflet-tile:not(.leaflet-tile-loaded)')).toHaveCount(0);
  return page
    .locator('canvas.leaflet-tile-loaded')
    .first()
    .evaluate((tile) => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 256;
      const context = canvas.getContext('2d')!;
      context.drawImage(tile as HTMLCanvasElement, 0, 0, 256, 256);
      const at = (x: number, y: number) => `rgb(${[...context.getImageData(x, y, 1, 1).data.slice(0, 3)].join(', ')})`;
      const corners = [at(20, 20), at(236, 20), at(20, 236), at(236, 236)];
      return { corners, land: at(84, 84), middle: at(128, 128) };
    });
}

/** A custom property as the browser resolves it, `rgb(…)`. */
function colorOf(name: string): string {
  const element = document.body.appendChild(document.createElement('i'));
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.remove();
  return color;
}
