import { signIn } from '../support/api.ts';
import { expect, test } from '../support/demo.ts';

test('a day in the warehouse: an order is scanned, with the mistakes that happen', async ({ pageOf, demo }) => {
  const { api } = await signIn(demo.url);
  const orders = await api.listCustomerOrders({ query: { limit: 100 } });
  const order = orders.items.find((one) => one.state === 'open' && one.quantity - one.allocatedCount >= 3)!;
  const free = await api.listTrackers({ query: { stage: 'manufactured', limit: 3 } });
  const macs = free.items.map(({ macAddress }) => macAddress!);
  const page = await pageOf('warehouse');
  const scan = async (text: string, answer: string | RegExp) => {
    await page.keyboard.type(text, { delay: 3 });
    await page.keyboard.press('Enter');
    await expect(page.getByText(answer).first()).toBeVisible();
  };

  await test.step('chooses the order', async () => {
    await page.goto('/scan');
    await page.getByText(order.number).first().click();
    await expect(page).toHaveURL(new RegExp(`/scan/${order.id}`));
    // What is typed before the station stands goes nowhere.
    await expect(page.getByLabel(/Type a MAC address/)).toBeVisible();
  });

  await test.step('scans without touching the mouse: any notation, twice the same, an unknown one', async () => {
    await scan(macs[0]!, 'Allocated');
    await scan(macs[1]!.replaceAll(':', '').toLowerCase(), 'Allocated');
    // Longer than a label held under the scanner, which is no second scan.
    await page.waitForTimeout(1_200);
    await scan(macs[0]!.replaceAll(':', '-'), /Already in this order/i);
    await scan('02:00:00:00:00:01', /Unknown/i);
  });

  await test.step('takes the last one out again', async () => {
    await page.keyboard.press('Control+z');
    await expect
      .poll(async () => (await api.getCustomerOrder({ params: { customerOrderId: order.id } })).allocatedCount)
      .toBe(order.allocatedCount + 1);
  });

  await test.step('takes a list from a file on a small screen: what is said of it leaves the button free', async () => {
    await page.setViewportSize({ width: 1024, height: 768 });
    const buffer = Buffer.from('02:00:00:00:00:02\n02:00:00:00:00:03\n');
    await page.locator('input[type=file]').setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer });
    await expect(page.getByText(/list\.txt/)).toBeVisible();
    // A trial click fails when anything lies over the button.
    await page.getByRole('button', { name: /File/ }).click({ trial: true });
  });

  await test.step('sees neither keys nor users', async () => {
    await page.goto('/users');
    await expect(page.getByText('Your role does not include this screen')).toBeVisible();
  });
});
