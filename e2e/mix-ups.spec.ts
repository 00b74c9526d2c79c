import { randomBytes } from 'node:crypto';
import { passes } from './support/accessible.ts';
import { asPerson, jobDone } from './support/api.ts';
import { expect, test } from './support/own-console.ts';

/** Two devices carry one another's labels: found on the page of one, shown, and put right. */
test.describe('a mix-up of two devices', () => {
  for (const { width, height } of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ])
    test(`is shown and put right at ${width}`, async ({ page, go, enter }) => {
      await page.setViewportSize({ width, height });
      await enter();
      const { api } = asPerson(page);
      const made = await Promise.all(
        [1, 2].map(async () => {
          const macAddress = `C2:${[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
          const key = randomBytes(28).toString('base64');
          const body = { advertisementKey: key, macAddress, productionRunId: null, reason: 'For the spec' };
          const { trackerId, hashedAdvertisementKey } = await api.createTracker({ body });
          return { id: trackerId!, mac: macAddress.toUpperCase(), key: hashedAdvertisementKey };
        }),
      );
      const [a, b] = made as [(typeof made)[0], (typeof made)[0]];
      const keysOf = async (trackerId: number) =>
        (await api.listDeviceKeys({ params: { trackerId } })).items.map((key) => key.hashedAdvertisementKey);
      await go(`/trackers/${a.id}`);
      await page.getByRole('button', { name: 'Correct', exact: true }).click();
      await page.getByRole('button', { name: 'The label is right, but it is on another device' }).click();
      const form = page.getByRole('dialog', { name: 'Fix a mix-up' });
      const other = form.getByLabel(new RegExp(`with the label ${a.mac}`)).first();
      await other.fill(b.mac);
      await page.getByRole('option', { name: b.mac }).click();
      await form.getByLabel('Reason').fill('The labels were exchanged');
      await expect(form.getByRole('button', { name: 'Fix' })).toBeDisabled();
      await form.getByRole('button', { name: 'See what changes' }).click();
      const changes = form.getByRole('status', { name: 'What changes' });
      await expect(changes).toContainText(`${a.mac} gets the keys of ${b.mac}`);
      await expect(changes).toContainText('not broadcast under the address');
      expect(await keysOf(a.id)).toEqual([a.key]);
      await passes(page);
      if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/mix-up-${width}.png` });
      await form.getByRole('button', { name: 'Fix' }).click();
      await expect(form).toBeHidden();
      expect([await keysOf(a.id), await keysOf(b.id)]).toEqual([[b.key], [a.key]]);
      await expect(page.getByRole('table', { name: /keys/i })).toContainText(b.key.slice(0, 8));
      if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/keys-${width}.png` });

      // Of a device with two keys, the second is what another one broadcasts.
      const job = await api.createKeyBatch({ body: { count: 1, keysPerDevice: 2, label: `Two keys ${width}` } });
      await jobDone(api, job.id);
      const [two] = (await api.listTrackers({ query: { keyBatchId: job.resource!.id } })).items;
      const [kept, moved] = await keysOf(two!.id);
      await go(`/trackers/${two!.id}?tab=keys`);
      await page.getByRole('button', { name: 'Move key 2' }).click();
      const one = page.getByRole('dialog', { name: 'Move key 2 to another tracker' });
      await one.getByLabel('The tracker that broadcasts it').first().fill(a.mac);
      await page.getByRole('option', { name: a.mac }).click();
      await one.getByLabel('Reason').fill('Its board was exchanged');
      await one.getByRole('button', { name: 'See what changes' }).click();
      await expect(one.getByRole('status', { name: 'What changes' })).toContainText(`${a.mac} has 2 keys then, not 1`);
      await passes(page);
      if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/move-key-${width}.png` });
      await one.getByRole('button', { name: 'Move the key' }).click();
      await expect(one).toBeHidden();
      expect([await keysOf(two!.id), await keysOf(a.id)]).toEqual([[kept], [b.key, moved]]);
      await expect(page.getByRole('button', { name: 'Move key 1' })).toHaveCount(0);
    });
});
