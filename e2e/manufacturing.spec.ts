import { createHash } from 'node:crypto';
import { asPerson, until } from './support/api.ts';
import { isDesktop } from './support/desktop.ts';
import { expect, type Page, test } from './support/own-console.ts';
import { saved } from './support/saved.ts';

/** One batch as operations and the factory see it: keys out by a profile, devices back without a silent mistake. */
test.describe('manufacturing', () => {
  const looks = process.env.CONSOLE_LOOKS;
  const look = async (page: Page, name: string) => {
    if (!looks) return;
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const [width, height] of [
        [1440, 900],
        [1024, 768],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(250);
        await page.screenshot({ path: `${looks}/${name}-${scheme}-${width}.png` });
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  };

  test('a batch from keys to counted devices, and the factory’s own calls', async ({
    page,
    running,
    go,
    enter,
  }, info) => {
    test.setTimeout(180_000);
    await enter();

    await test.step('a manufacturer with a profile of its files', async () => {
      await go('/manufacturers');
      await page.getByRole('button', { name: 'New manufacturer' }).first().click();
      await page.getByRole('dialog').getByLabel('Name').fill('Kestrel Devices');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('heading', { name: 'Kestrel Devices' })).toBeVisible();
      await page.getByRole('checkbox', { name: 'Serial number' }).check();
      await page.getByLabel('Prefix of serial numbers').fill('GL');
      await page.getByLabel('Name of the column for Advertisement key').fill('Public Key');
      await page.getByRole('combobox', { name: 'Delimiter' }).click();
      await page.getByRole('option', { name: 'Semicolon' }).click();
      await expect(page.getByRole('region', { name: 'How the file begins' })).toContainText('Public Key;');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByText('Earlier exports keep their format.')).toBeVisible();
      await look(page, 'manufacturer');
    });

    let file = '';
    await test.step('keys, and a key order by that profile', async () => {
      await go('/key-batches');
      await page.getByRole('button', { name: 'New key batch' }).first().click();
      await page.getByRole('dialog').getByLabel('Label').fill('Autumn');
      await page.getByRole('dialog').getByLabel('Number of trackers').fill('20');
      await page.getByRole('dialog').getByRole('button', { name: 'Generate keys' }).click();
      await expect(page.getByText('Ready')).toBeVisible();
      await page.getByRole('combobox', { name: 'Manufacturer' }).click();
      await page.getByRole('option', { name: 'Kestrel Devices' }).click();
      await expect(page.getByRole('region', { name: 'How the file begins' })).toContainText('Public Key;');
      await page.getByRole('radio', { name: /^The next trackers/ }).check();
      await page.getByLabel('How many').fill('12');
      await page.getByRole('button', { name: 'Make the export' }).click();
      await expect(page.getByText('The export is ready')).toBeVisible();
      await look(page, 'export');
      const { bytes } = await saved(page, () => page.getByRole('button', { name: 'Download', exact: true }).click());
      file = bytes.toString();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await expect(page.getByText(sha256)).toBeVisible();
      const again = await saved(page, () =>
        page.getByRole('button', { name: /^Download key-order-.* again$/ }).click(),
      );
      expect(again.bytes.equals(bytes)).toBe(true);
    });

    const rows = file
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(';'));
    expect(rows).toHaveLength(12);
    const [keyAt, macAt, serialAt] = [0, 2, 3];
    const device = (i: number) => [rows[i]![macAt]!, rows[i]![keyAt]!];

    await test.step('a trial run names the bad rows; columns are chosen by hand', async () => {
      await page.getByRole('tab', { name: 'Take devices back' }).click();
      const bad = [
        ['A', 'B'],
        ...[0, 1, 2, 3].map(device),
        ['12:34', rows[4]![keyAt]!],
        [rows[5]![macAt]!, rows[6]![keyAt]!],
        ['02:00:00:00:00:77', Buffer.alloc(28, 7).toString('base64')],
      ];
      await page.setInputFiles('input[type=file]', {
        name: 'returned.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(bad.map((row) => row.join(';')).join('\r\n')),
      });
      await expect(page.getByText(/There is no column with the MAC address/)).toBeVisible();
      await page.getByRole('combobox', { name: 'MAC address' }).click();
      await page.getByRole('option', { name: '1: A' }).click();
      await page.getByRole('combobox', { name: 'Advertisement key' }).click();
      await page.getByRole('option', { name: '2: B' }).click();
      await page.getByRole('button', { name: 'Check with these columns' }).click();
      const problems = page.getByRole('table', { name: 'Problems' });
      await expect(problems).toContainText('twelve hexadecimal digits');
      await expect(problems).toContainText('the rows may be mixed up');
      await expect(problems).toContainText('This key was not generated here.');
      await look(page, 'import');
      await page.getByLabel('Filter problems').fill('mixed up');
      await expect(problems.getByRole('row')).toHaveCount(2);
      await page.getByLabel('Filter problems').fill('');
      await expect(problems.getByRole('row')).toHaveCount(4);
    });

    await test.step('the good rows are stored; the others come back as a file, corrected and imported', async () => {
      await page.getByRole('radio', { name: /^Good rows only/ }).check();
      await page.getByRole('button', { name: 'Import 4 devices' }).click();
      await expect(page.getByText('What was imported')).toBeVisible();
      const rejected = (
        await saved(page, () => page.getByRole('button', { name: 'Download rejected rows' }).click())
      ).bytes.toString();
      expect(rejected).toContain('12:34');
      await expect(page.getByRole('link', { name: 'Make an order' })).toBeVisible();
      await expect(page.getByRole('link', { name: 'List and export the 8 not back yet' })).toBeVisible();
      await look(page, 'imported');
      const corrected = rejected.replace('A;B', 'mac;advertisement_key').replace('12:34', rows[4]![macAt]!);
      await page.getByRole('button', { name: 'Import another file' }).click();
      await page.setInputFiles('input[type=file]', {
        name: 'corrected.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(corrected),
      });
      await page.getByRole('radio', { name: /^Good rows only/ }).check();
      await page.getByRole('button', { name: 'Import 1 device' }).click();
      await expect(page.getByText('What was imported')).toBeVisible();
      const funnel = page.getByRole('list', { name: 'From key to device' });
      await expect(funnel).toContainText(/Exported12/);
      await expect(funnel).toContainText(/Manufactured5/);
      await expect(funnel).toContainText(/Not back yet7/);
      await expect(funnel).toContainText(/Extra1/);
      await look(page, 'funnel');
    });

    await test.step('the factory takes over by its own token', async () => {
      await go('/manufacturers');
      await page.getByRole('link', { name: 'Kestrel Devices' }).click();
      await page.getByRole('tab', { name: 'API tokens' }).click();
      await page.getByRole('button', { name: 'New token' }).click();
      await page.getByRole('dialog').getByLabel('What it is for').fill('Line 1');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      const token = await page.locator('code', { hasText: /^tlc_[\w-]{43}$/ }).textContent();
      await look(page, 'tokens');
      // A factory's program has no way to the desktop: it calls a headless console.
      if (isDesktop(info.project)) return;
      const factory = (path: string, body?: string) =>
        fetch(`${running.url}/api/v1${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'text/csv' }) },
          ...(body === undefined ? {} : { body }),
        });
      const { items } = await (await factory('/manufacturer/key-orders')).json();
      expect(items).toHaveLength(1);
      const order = `/manufacturer/key-orders/${items[0].id}`;
      expect(await (await factory(`${order}/file`)).text()).toBe(file);
      const acknowledged = await fetch(`${running.url}/api/v1${order}/acknowledgement`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{}',
      });
      expect((await acknowledged.json()).acknowledgedAt).not.toBeNull();
      const bySerial = ['mac;serial', ...rows.slice(5).map((row) => `${row[macAt]};${row[serialAt]}`)].join('\n');
      const sent = await factory(`${order}/manufactured-devices`, bySerial);
      expect(sent.status).toBe(202);
      const { id } = await sent.json();
      const done = await until(async () => {
        const job = await (await factory(`/manufacturer/jobs/${id}`)).json();
        return job.state === 'succeeded' && job;
      }, 'the factory’s import');
      expect(done.result).toMatchObject({ rows: 7, stored: 7, rejected: 0 });
      expect((await factory('/key-batches')).status).toBe(403);
      const batch = (await asPerson(page).api.listKeyBatches({})).items[0]!;
      expect(batch.counts).toMatchObject({ generated: 20, exported: 12, manufactured: 12, missing: 0, extra: 1 });
      await page.getByRole('tab', { name: 'Key orders' }).click();
      await expect(page.getByRole('table', { name: 'Key orders' })).toContainText('Autumn');
      await look(page, 'orders');
    });
  });
});
