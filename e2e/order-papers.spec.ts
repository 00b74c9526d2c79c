import { randomBytes } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import { ADMIN_PASSWORD, startConsole, type TestConsole, temporaryDataDir } from './support/console.ts';
import { expect, test } from './support/test.ts';

/** An order is filled, split, and its labels and history looked at. */
test.describe('an order and its papers', () => {
  let running: TestConsole;
  let data: Awaited<ReturnType<typeof temporaryDataDir>>;
  test.beforeAll(async () => {
    data = await temporaryDataDir();
    running = await startConsole({ dataDir: data.dataDir });
  });
  test.afterAll(async () => {
    await running?.stop();
    await data?.remove();
  });

  test('split, print, history', async ({ page }) => {
    await page.goto(`${running.url}/login`);
    await page.getByLabel('User name').fill('admin');
    await page.locator('input[type=password]').fill(ADMIN_PASSWORD);
    await page.getByRole('button', { name: /sign in|log in/i }).click();
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
    // Master data and devices by the API of the page itself; what is looked at is the order.
    const { orderId, macs } = await page.evaluate(prepare, randomBytes(4).toString('hex').toUpperCase());

    await page.goto(`${running.url}/orders/${orderId}`);
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('menuitem', { name: 'Split…' }).click();
    const form = page.getByRole('dialog');
    await expect(form.getByLabel('Devices to move')).toHaveValue('3');
    await form.getByLabel('Devices to move').fill('4');
    await form.getByRole('button', { name: 'Split the order' }).click();
    await expect(form.getByText('Use a whole number from 1 to 3.')).toBeVisible();
    await form.getByLabel('Devices to move').fill('3');
    await form.getByRole('button', { name: 'Split the order' }).click();
    await expect(page.getByText('0 of 3').first()).toBeVisible();
    await page.goBack();
    await expect(page.getByText('2 of 2').first()).toBeVisible();
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(page.getByRole('row', { name: /Part moved away/ })).toContainText('3 to ORD-');

    await page.getByRole('button', { name: 'Papers' }).click();
    await page.getByRole('menuitem', { name: 'Labels…' }).click();
    await expect(page.getByRole('img', { name: 'Label 2' })).toBeVisible();
    for (const mac of macs) await expect(page.getByText(mac)).toBeVisible();
    await expect(page.getByText('2 labels on 2 pages')).toBeVisible();
    const axe = await new AxeBuilder({ page }).analyze();
    expect(axe.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);

    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
    const box = await page.getByRole('img', { name: 'Label 1' }).boundingBox();
    // 50 mm at 96 pixels an inch.
    expect(box?.width).toBeCloseTo((50 / 25.4) * 96, 0);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)).toHaveLength(2);
    await page.emulateMedia({ media: null });
    await page.getByText('Box', { exact: true }).click();
    await expect(page.getByText('1 label on 1 page')).toBeVisible();
  });
});

/** Runs in the page. Makes client, brand, run, five devices and an order for five with two of them in it. */
async function prepare(tail: string): Promise<{ orderId: number; macs: string[] }> {
  const ask = async (method: string, path: string, body?: unknown) => {
    const init: RequestInit = { method, headers: { 'content-type': 'application/json' } };
    if (body !== undefined) init.body = JSON.stringify(body);
    const answer = await fetch(`/api/v1${path}`, init);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const type = answer.headers.get('content-type') ?? '';
    return type.includes('json') ? answer.json() : answer.text();
  };
  const jobEnd = async (id: number) => {
    for (;;) {
      const job = await ask('GET', `/jobs/${id}`);
      if (job.finishedAt) return job;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const client = await ask('POST', '/clients', { name: `Papers ${tail}` });
  const batch = await ask('POST', '/key-batches', { count: 5, label: 'Papers' });
  await jobEnd(batch.id);
  const exported: string = await ask('GET', `/key-batches/${batch.resource.id}/exports?format=csv`);
  const keys = exported
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',')[0]);
  const macs = keys.map((_, i) => `C0:${tail.match(/../g)?.join(':')}:0${i}`);
  const csv = ['mac_address,advertisement_key', ...keys.map((key, i) => `${macs[i]},${key}`)].join('\n');
  const answer = await fetch(`/api/v1/key-batches/${batch.resource.id}/manufactured-devices`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: csv,
  });
  await jobEnd((await answer.json()).id);
  const order = await ask('POST', '/customer-orders', { clientId: client.id, quantity: 5 });
  for (const scan of macs.slice(0, 2)) await ask('POST', `/customer-orders/${order.id}/allocations`, { scan });
  return { orderId: order.id, macs: macs.slice(0, 2) };
}
