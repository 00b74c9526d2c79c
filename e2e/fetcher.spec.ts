import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { noFaults } from '../src-main/demo/simulator/faults.ts';
import { createSimulator, type Simulator } from '../src-main/demo/simulator/simulator.ts';
import { jobDone, type SignedIn, signIn, until } from './support/api.ts';
import { ADMIN_PASSWORD, preparedDataDir, startConsole, type TestConsole } from './support/console.ts';
import { logIn } from './support/people.ts';

const KEYS = 3;
const hours = (count: number) => new Date(Date.now() - count * 3_600_000);

/** What operations does on the fetcher's screen: sources, failing trackers, corrupt reports, settings. */
test.describe('the fetcher on screen', () => {
  let simulator: Simulator;
  let running: TestConsole;
  let data: Awaited<ReturnType<typeof preparedDataDir>>;

  test.beforeAll(async () => {
    data = await preparedDataDir();
    [simulator, running] = await Promise.all([
      createSimulator({ baseFaults: noFaults, faults: { corrupt: 0.3 }, seed: 7 }),
      startConsole(data),
    ]);
    await prepare(await signIn(running.url), simulator);
  });
  test.afterAll(async () => {
    await running?.stop();
    await simulator?.close();
    await data?.remove();
  });

  test('sources are tested, failing trackers muted, corrupt reports inspected, settings changed', async ({ page }) => {
    await signInAt(page, running.url);

    await testSource(page);
    await expect(page.getByText('Works: answered in')).toBeVisible();
    simulator.setFaults({ status541: 1 });
    await testSource(page);
    await expect(page.getByText('The login was refused (541)').first()).toBeVisible();
    simulator.setFaults({ status541: 0 });

    await expect(page.getByText('The sources can ask for each tracker every 30 minutes.')).toBeVisible();
    const failures = page.getByRole('table', { name: 'Failing trackers' });
    await expect(failures.getByText('C0:FF:EE:00:00:0')).toHaveCount(KEYS - 1);
    await failures.getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('lost in a container');
    await dialog.getByRole('button', { name: 'Mute' }).click();
    await expect(failures.getByText('C0:FF:EE:00:00:0')).toHaveCount(KEYS - 2);
    await page.getByText('Muted (1)').click();
    await expect(failures.getByText('lost in a container')).toBeVisible();
    await page.reload();
    await expect(failures.getByText('lost in a container')).toBeVisible();
    await failures.getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: 'Unmute' }).click();
    await expect(page.getByText('Muted (0)')).toBeVisible();
    await page.getByText(/^Failing \(/).click();
    await expect(failures.getByText('C0:FF:EE:00:00:0')).toHaveCount(KEYS - 1);

    const why = page.getByRole('region', { name: 'Why is there no position?' });
    await expect(why.getByText(`of ${KEYS} have a position`)).toBeVisible();
    await why.getByRole('combobox', { name: 'Client' }).click();
    await page.getByRole('option', { name: 'Northwind' }).click();
    await expect(why.getByText(`of ${KEYS} have a position`)).toBeVisible();

    const corrupt = page.getByRole('table', { name: 'Corrupt reports' });
    await corrupt.getByRole('button').first().click();
    await expect(page.getByRole('dialog').getByText('Request in the log')).toBeVisible();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'What is “Canary”?' }).click();
    await expect(page.getByRole('dialog').getByText(/must report again/)).toBeVisible();
    await page.keyboard.press('Escape');

    await page.getByLabel('Repeatedly failing after').fill('1');
    await page.getByLabel('Repeatedly failing after').press('Enter');
    await expect(page.getByText(`Repeatedly (${KEYS - 1})`)).toBeVisible();
    await expect(page.getByRole('img', { name: /absent from complete answers, by UTC day/ })).toBeVisible();

    await test.step('a client’s user is told why, and nothing of how the fetcher does', async () => {
      const { api } = await signIn(running.url);
      const [client] = (await api.listClients({})).items;
      const password = `${ADMIN_PASSWORD} of vera`;
      const vera = { username: 'vera', displayName: 'Vera', role: 'client-viewer', clientId: client!.id } as const;
      await api.createUser({ body: { ...vera, password } });
      const newPassword = `${password} too`;
      await (await signIn(running.url, 'vera', password)).api.changePassword({
        body: { currentPassword: password, newPassword },
      });
      const own = await page.context().browser()!.newContext();
      const theirs = await own.newPage();
      await theirs.goto(running.url);
      await logIn(theirs, 'vera', newPassword);
      const why = theirs.getByRole('region', { name: 'Why is there no position?' });
      await expect(why.getByText(`of ${KEYS} have a position`)).toBeVisible();
      await expect(why.getByRole('combobox')).toHaveCount(0);
      await look(theirs, 'viewer-overview');
      await why.getByText('Not reported yet').locator('..').getByRole('link', { name: 'Show one' }).click();
      const alert = theirs.getByRole('alert').filter({ hasText: 'No phone has reported it yet.' });
      await expect(alert).toBeVisible();
      await expect(alert.getByRole('button')).toHaveCount(0);
      await look(theirs, 'viewer-tracker');
      await own.close();
    });

    await test.step('a run that is over is asked for once more, says until when, and what it takes up if it goes on', async () => {
      const { api } = await signIn(running.url);
      const field = page.getByLabel('Ask once more after the end of a run');
      await field.fill('48');
      await field.press('Enter');
      await expect.poll(async () => (await api.getFetcher({})).settings.closingAskHours).toBe(48);
      const [run] = (await api.listProductionRuns({})).items;
      const params = { productionRunId: run!.id };
      await api.updateProductionRun({ params, body: { endDate: hours(24).toISOString().slice(0, 10) } });
      await page.goto(`${running.url}/production-runs/${run!.id}`);
      await expect(page.getByText('Last reports may arrive until')).toBeVisible();
      await look(page, 'run-over');
      const position = { type: 'Point' as const, coordinates: [9.9, 53.5] as [number, number] };
      await api.createStorageLocation({ body: { name: 'Late depot', position, productionRunId: run!.id } });
      await page.getByRole('button', { name: 'Edit' }).click();
      const form = page.getByRole('dialog');
      await form.getByRole('textbox', { name: 'Last day' }).fill(hours(-240).toISOString().slice(0, 10));
      await form.getByLabel('Name').click();
      await expect(form.getByText('The fence “Late depot” as it is now')).toBeVisible();
      await look(page, 'run-reopening');
    });
  });

  test('a source that gets another address needs its login again', async ({ page }) => {
    await signInAt(page, running.url);
    const dialog = page.getByRole('dialog');
    const open = async () => {
      await page.getByRole('button', { name: 'Actions for Network' }).click();
      await page.getByRole('menuitem', { name: 'Edit' }).click();
    };
    const save = async (address: string, login: string | null) => {
      await dialog.getByLabel('Address').fill(address);
      if (login !== null) {
        await dialog.getByLabel('User name').fill(login);
        await dialog.getByLabel('Password', { exact: true }).fill(login);
      }
      await dialog.getByRole('button', { name: 'Save' }).click();
    };
    await open();
    await save(simulator.url, 'first');
    await expect(dialog).toBeHidden();
    await open();
    await save(`${simulator.url}/again`, null);
    await expect(dialog.locator('.mantine-InputWrapper-error')).toHaveText(
      'The stored login belongs to the old addresses. Enter the login again for the new ones, or remove it.',
    );
    await save(`${simulator.url}/again`, 'second');
    await expect(dialog).toBeHidden();
    await expect(page.getByTitle(`${simulator.url}/again`)).toBeVisible();
  });
});

test.describe('logins of sources on screen', () => {
  let simulator: Simulator;
  let running: TestConsole;
  let data: Awaited<ReturnType<typeof preparedDataDir>>;
  let as: SignedIn;

  test.beforeAll(async () => {
    data = await preparedDataDir();
    [simulator, running] = await Promise.all([
      createSimulator({ baseFaults: noFaults, seed: 7, appleCredentials: { username: '123', password: 'second' } }),
      startConsole(data),
    ]);
    as = await signIn(running.url);
    await makeTrackers(as, simulator);
  });
  test.afterAll(async () => {
    await running?.stop();
    await simulator?.close();
    await data?.remove();
  });

  test('a login file is followed, and a program hands over the next one', async ({ page }) => {
    const path = join(data.dataDir, 'auth.json');
    const write = (token: string) => writeFile(path, JSON.stringify({ dsid: '123', searchPartyToken: token }));
    await signInAt(page, running.url);
    await page.getByRole('button', { name: 'Add source' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Account');
    await dialog.getByLabel('Address').fill(`${simulator.url}/findmyservice/v2/fetch`);
    await dialog.getByLabel('Anisette server').fill(simulator.url);
    await dialog.getByLabel('Login file (optional)').fill('auth.json');
    await dialog.getByLabel('Seconds between requests').fill('0');
    await dialog.getByRole('button', { name: 'Add source' }).click();
    await expect(dialog.getByText('Enter the whole path of a file whose name ends in .json.')).toBeVisible();
    await dialog.getByLabel('Login file (optional)').fill(path);
    await dialog.getByLabel('How many days a login lasts').fill('20');
    await dialog.getByRole('button', { name: 'Add source' }).click();
    await expect(dialog).toBeHidden();

    const row = page.getByRole('table', { name: 'Report sources' }).getByRole('row', { name: /Account/ });
    await expect(row.getByText('File not read')).toBeVisible();
    await write('first');
    await expect(row.getByText('Expired')).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText('No report source works')).toBeVisible();
    // What the login tool writes next is taken over without anybody.
    await write('second');
    await expect(row.getByText('Works')).toBeVisible({ timeout: 60_000 });

    const { items } = await as.api.listReportSources({});
    await as.api.updateReportSource({ params: { reportSourceId: items[0]!.id }, body: { loginFile: null } });
    const { token } = await as.api.createApiToken({
      body: { name: 'login tool', scopes: ['write:source-logins'], expiresInDays: 1 },
    });
    const handOver = async (searchPartyToken: string) => {
      const answer = await fetch(`${running.url}/api/v1/report-sources/${items[0]!.id}/login`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ credentials: { dsid: '123', searchPartyToken } }),
      });
      expect(answer.status).toBe(200);
    };
    await handOver('third');
    await as.api.controlFetcher({ body: { action: 'fetch-now' } });
    await expect(row.getByText('Expired')).toBeVisible({ timeout: 60_000 });
    await handOver('second');
    await expect(row.getByText('Works')).toBeVisible({ timeout: 60_000 });
    await row.getByText('Works').hover();
    await expect(page.getByRole('tooltip')).toContainText('Sent by a program');
    await expect(page.getByRole('tooltip')).toContainText('Logins last 20 d');
    await expect(page.getByText('second')).toHaveCount(0);
  });
});

/** With LOOK, a folder, pictures for whoever changed a screen. */
async function look(page: Page, name: string): Promise<void> {
  if (!process.env.LOOK) return;
  const before = page.viewportSize();
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: width === 1024 ? 'dark' : 'light' });
    await page.screenshot({ path: `${process.env.LOOK}/${name}-${width}.png` });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (before) await page.setViewportSize(before);
}

async function testSource(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Actions for Network' }).click();
  await page.getByRole('menuitem', { name: 'Test' }).click();
}

async function signInAt(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/fetcher`);
  await page.getByLabel('User name').fill('admin');
  await page.locator('input[type=password]').first().fill(ADMIN_PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Failing trackers' })).toBeVisible();
}

/** Three manufactured trackers of an active run, of which the network has seen one; all have been asked for. */
async function prepare(as: SignedIn, simulator: Simulator): Promise<void> {
  const { api } = as;
  await makeTrackers(as, simulator);
  await api.createReportSource({
    body: { name: 'Network', kind: 'haystack', url: simulator.url, minIntervalSeconds: 0 },
  });
  await api.controlFetcher({ body: { action: 'fetch-now' } });
  await until(async () => {
    const { totals } = await api.getFetcher({});
    return totals.absent >= KEYS - 1 && totals.corrupt > 0;
  }, 'every tracker to be asked for');
}

async function makeTrackers({ api, get, send }: SignedIn, simulator: Simulator): Promise<void> {
  const client = await api.createClient({ body: { name: 'Northwind' } });
  const brand = await api.createBrand({ body: { name: 'Trail', clientId: client.id } });
  const day = (date: Date) => date.toISOString().slice(0, 10);
  await api.createProductionRun({
    body: { name: 'Autumn', brandId: brand.id, startDate: day(hours(240)), endDate: day(hours(-240)) },
  });
  const job = await api.createKeyBatch({ body: { count: KEYS, label: 'First batch' } });
  await jobDone(api, job.id);
  const batch = `/api/v1/key-batches/${job.resource!.id}`;
  const text = await (await get(`${batch}/exports?format=csv&recipient=Factory`)).text();
  const [header, ...rows] = text.trim().split(/\r?\n/);
  const column = header!.split(',').indexOf('advertisement_key');
  const keys = rows.map((row) => row.split(',')[column]!);
  const returned = ['mac_address,advertisement_key', ...keys.map((key, i) => `C0:FF:EE:00:00:0${i},${key}`)];
  const sent = await send(`${batch}/manufactured-devices?mode=good-rows`, 'text/csv', returned.join('\n'));
  await jobDone(api, ((await sent.json()) as { id: number }).id);
  const { items: runs } = await api.listProductionRuns({});
  const { items: trackers } = await api.listTrackers({});
  const order = await api.createCustomerOrder({
    body: { clientId: client.id, brandId: brand.id, productionRunId: runs[0]!.id, quantity: KEYS },
  });
  for (const { macAddress } of trackers) {
    await api.allocate({ params: { customerOrderId: order.id }, body: { scan: macAddress! } });
  }
  const plan = { startAt: hours(72).toISOString(), stops: [{ latitude: 53.504, longitude: 9.933, hours: null }] };
  simulator.registerTrackers([{ advertisementKey: keys[0]!, plan }]);
}
