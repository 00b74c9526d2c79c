import { readFile } from 'node:fs/promises';
import { expect, test } from '../support/demo.ts';
import { figureIn, textOf } from '../support/read.ts';

test('a reviewer’s day: looks, replays a journey, exports, and changes nothing', async ({ pageOf }) => {
  const page = await pageOf('reviewer');
  let mac = '';
  const missing: string[] = [];
  page.on('response', (response) => response.status() === 404 && missing.push(response.url()));

  await test.step('finds a tracker and jumps to it by its address', async () => {
    await page.goto('/trackers?status=DELIVERED&sort=id');
    mac = await textOf(page.getByRole('table', { name: 'Trackers' }).getByRole('link', { name: /:/ }).first());
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('textbox', { name: 'Jump to…' }).fill(mac.toLowerCase().replaceAll(':', '-'));
    await expect(page.getByRole('dialog').getByText(mac)).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: mac })).toBeVisible();
  });

  await test.step('replays its journey: the slider moves with time, by button and by keyboard', async () => {
    await page.getByRole('link', { name: 'Replay' }).click();
    const slider = page.getByRole('slider', { name: 'Time of the replay' });
    const at = async () => Number(await slider.getAttribute('aria-valuenow'));
    await expect(slider).toBeVisible();
    const start = await at();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(at).toBeGreaterThan(start);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const paused = await at();
    await slider.focus();
    await page.keyboard.press('End');
    await expect.poll(at).toBeGreaterThan(paused);
    await expect(page.getByRole('listitem').getByText('Delivered').first()).toBeVisible();
    expect(missing).toEqual([]);
  });

  await test.step('exports the list as it is shown', async () => {
    await page.goto('/trackers?status=DELIVERED&sort=macAddress');
    const count = await figureIn(page.getByText(/trackers? match/));
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const rows = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n');
    expect(rows).toHaveLength(count + 1);
    expect(rows[0]).toContain('mac_address,status,location,last_reported_at');
    const macs = rows.slice(1).map((row) => /([0-9A-F]{2}:){5}[0-9A-F]{2}/.exec(row)?.[0]);
    expect(macs.every(Boolean)).toBe(true);
    expect(macs).toEqual(macs.toSorted());
  });

  await test.step('has no way to change anything', async () => {
    await page.goto('/locations');
    await expect(page.getByRole('heading', { name: 'Locations' })).toBeVisible();
    await expect(page.getByRole('button', { name: /New .* location/ })).toHaveCount(0);
    await page.goto('/users');
    await expect(page.getByText('Your role does not include this screen')).toBeVisible();
  });
});
