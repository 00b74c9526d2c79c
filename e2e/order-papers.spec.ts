import { randomBytes } from 'node:crypto';
import { passes } from './support/accessible.ts';
import { printed } from './support/desktop.ts';
import { orderWithDevices } from './support/order-with-devices.ts';
import { expect, test } from './support/own-console.ts';

/** An order is filled, split, and its labels and history looked at. */
test.describe('an order and its papers', () => {
  test('split, print, history', async ({ page, go, enter }) => {
    await enter();
    // Master data and devices by the API of the page itself; what is looked at is the order.
    const { orderId, macs } = await page.evaluate(orderWithDevices, {
      tail: randomBytes(4).toString('hex').toUpperCase(),
      allocated: 2,
    });

    await go(`/orders/${orderId}`);
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
    for (const mac of macs.slice(0, 2)) await expect(page.getByText(mac)).toBeVisible();
    await expect(page.getByText('2 labels on 2 pages')).toBeVisible();
    await passes(page);

    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
    const box = await page.getByRole('img', { name: 'Label 1' }).boundingBox();
    // 50 mm at 96 pixels an inch.
    expect(box?.width).toBeCloseTo((50 / 25.4) * 96, 0);
    const pdf = await printed(page);
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)).toHaveLength(2);
    await page.emulateMedia({ media: null });
    await page.getByText('Box', { exact: true }).click();
    await expect(page.getByText('1 label on 1 page')).toBeVisible();
  });
});
