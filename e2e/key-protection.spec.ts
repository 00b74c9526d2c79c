import { Decrypter } from 'age-encryption';
import { passes } from './support/accessible.ts';
import { ADMIN_PASSWORD } from './support/console.ts';
import { expect, type Page, test } from './support/own-console.ts';
import { saved } from './support/saved.ts';

const PASSPHRASE = 'a passphrase for the lab';

/** The keys as an administrator handles them, on a console of its own. */
test.describe('key protection, on screen', () => {
  test('lock, refuse, unlock, rotate, recovery kit, export of private keys', async ({ page, running, go, enter }) => {
    test.setTimeout(180_000);
    await enter();

    await test.step('ready, and says where the key is', async () => {
      await go('/key-protection');
      await expect(page.getByText('Ready', { exact: true })).toBeVisible();
      await expect(page.getByText(`${running.dataDir}/keys/console-key.json`)).toBeVisible();
      await expect(page.getByText(/recovery-kit-1\.txt/)).toBeVisible();
      await passes(page);
    });

    await test.step('locked, it refuses to generate and says what to do', async () => {
      await page.getByRole('button', { name: 'Lock', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Lock' }).click();
      await expect(page.getByText('Locked', { exact: true })).toBeVisible();
      await expect(page.getByRole('button', { name: 'Export private keys…' })).toBeDisabled();
      await newBatch(page, go);
      await expect(page.getByText('The keys are locked on this console. Unlock them, and try again.')).toBeVisible();
    });

    await test.step('unlocks with the own password only', async () => {
      await go('/key-protection');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await password(page, 'not the password', 'Unlock');
      await expect(page.getByText('This is not your password.')).toBeVisible();
      await password(page, ADMIN_PASSWORD, 'Unlock');
      await expect(page.getByText('Ready', { exact: true })).toBeVisible();
      await newBatch(page, go);
      await expect(page).toHaveURL(/key-batches\/\d+/);
      await expect(page.getByText('Ready', { exact: true })).toBeVisible();
    });

    await test.step('rotates, and gives the new recovery kit', async () => {
      await go('/key-protection');
      await page.getByRole('button', { name: 'Rotate the key…' }).click();
      await password(page, ADMIN_PASSWORD, 'Rotate the key-encryption key');
      await expect(page.getByText('Succeeded')).toBeVisible();
      await expect(page.getByText(/^No\. 2, protecting/)).toBeVisible();
      await expect(page.getByText(/recovery-kit-2-\d+\.txt/)).toBeVisible();
      await page.getByRole('button', { name: 'Download' }).click();
      const { bytes: kit } = await saved(page, () => password(page, ADMIN_PASSWORD, 'Download'));
      expect(kit.toString()).toMatch(/Passphrase:\s+[0-9A-Z]{4}(-[0-9A-Z]{4}){6}/);
      await page.getByRole('button', { name: 'Delete the file' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete the file' }).click();
      await expect(page.getByText(/There is no recovery kit on this machine/)).toBeVisible();
    });

    await test.step('exports private keys encrypted, straight into a file', async () => {
      await page.getByRole('button', { name: 'Export private keys…' }).click();
      const form = page.getByRole('dialog');
      await form.getByRole('combobox', { name: 'Key batch' }).click();
      await page.getByRole('option', { name: /For the lab/ }).click();
      await form.getByLabel('Passphrase of the file').fill(PASSPHRASE);
      await form.getByLabel('Passphrase again').fill(PASSPHRASE);
      const seen: string[] = [];
      page.on(
        'response',
        (response) =>
          void response.text().then(
            (text) => seen.push(text),
            () => undefined,
          ),
      );
      const { bytes: file } = await saved(page, () => password(page, ADMIN_PASSWORD, 'Export'));
      const decrypter = new Decrypter();
      decrypter.addPassphrase(PASSPHRASE);
      const text = await decrypter.decrypt(file, 'text');
      const keys = [...text.matchAll(/^Private key: (.{40})$/gm)].map(([, key]) => key!);
      expect(keys).toHaveLength(25);
      for (const key of keys) expect(seen.join()).not.toContain(key.slice(0, 30));
    });

    await test.step('without encryption it asks to confirm a warning', async () => {
      await page.getByRole('button', { name: 'Export private keys…' }).click();
      const form = page.getByRole('dialog');
      await form.getByRole('checkbox', { name: /Encrypt the file/ }).uncheck();
      await expect(form.getByText('Anyone will be able to read the file')).toBeVisible();
      await form.getByRole('combobox', { name: 'Key batch' }).click();
      await page.getByRole('option', { name: /For the lab/ }).click();
      await password(page, ADMIN_PASSWORD, 'Export');
      await expect(form.getByText('Confirm this, or encrypt the file.')).toBeVisible();
      await form.getByRole('checkbox', { name: 'I want a file without encryption' }).check();
      const { bytes: file } = await saved(page, () => password(page, ADMIN_PASSWORD, 'Export'));
      expect(file.toString()).toMatch(/^Private key: /);
    });
  });
});

async function password(page: Page, text: string, button: string): Promise<void> {
  await page.getByRole('dialog').getByLabel('Your password').fill(text);
  await page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click();
}

async function newBatch(page: Page, go: (path: string) => Promise<unknown>): Promise<void> {
  await go('/key-batches');
  await page.getByRole('button', { name: 'New key batch' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Label').fill('For the lab');
  await form.getByLabel('Number of trackers').fill('25');
  await form.getByRole('button', { name: 'Generate keys' }).click();
}
