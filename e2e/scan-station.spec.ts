import { randomBytes } from 'node:crypto';
import { orderNumber } from '../src-shared/domain/order-number.ts';
import { passes } from './support/accessible.ts';
import { browserBeforeLabel } from './support/camera.ts';
import { orderWithDevices } from './support/order-with-devices.ts';
import { expect, test } from './support/own-console.ts';
import { scannerTypes } from './support/scanner.ts';

/** Every way into the station: a scanner that ends by Enter or by Tab wherever the focus is, a file, keys alone. */
test.describe('the scan station', () => {
  test('scanner with Enter and Tab, focus elsewhere, camera, file chosen by keys and dropped', async ({
    page,
    go,
    enter,
    running,
  }, info) => {
    // A first listener is set up in the background; F6 right after it could open a chooser that nobody hears of.
    page.on('filechooser', () => undefined);
    await enter();
    const tail = randomBytes(4).toString('hex').toUpperCase();
    const { orderId, macs } = await page.evaluate(orderWithDevices, { tail, allocated: 0 });
    await go(`/scan/${orderId}`);
    const outcome = page.getByTestId('outcome');
    const field = page.getByLabel('Type a MAC address, paste a list, or drop a file');
    const mute = page.getByRole('button', { name: 'Mute sounds' });
    const counted = (n: number) => expect(page.getByLabel(`${n} of 5 devices allocated`).first()).toBeVisible();
    await expect(outcome).toContainText('Ready to scan');

    await test.step('Enter, with the focus on a button that Enter would press', async () => {
      await mute.focus();
      await scannerTypes(page, macs[0]!, 'Enter');
      await expect(outcome).toContainText('Allocated');
      await counted(1);
      await expect(mute).toHaveAttribute('aria-pressed', 'false');
    });

    await test.step('Tab, which moves no focus', async () => {
      await scannerTypes(page, macs[1]!.replaceAll(':', '-'), 'Tab');
      await counted(2);
      await expect(mute).toBeFocused();
    });

    await test.step('in the field, where a person had begun to type', async () => {
      await field.focus();
      await page.keyboard.type('AA:B', { delay: 120 });
      await page.waitForTimeout(600);
      await scannerTypes(page, `MAC:${macs[2]}`, 'Tab');
      await counted(3);
      await expect(field).toHaveValue('AA:B');
      await field.fill('');
    });

    await test.step('a handheld’s camera before a label', async () => {
      const handheld = await browserBeforeLabel(info, macs[3]!);
      const storageState = await page.context().storageState();
      const context = await handheld.newContext({
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        storageState,
      });
      const tab = await context.newPage();
      await tab.goto(`${running.url}/scan/${orderId}`);
      await tab.getByRole('button', { name: 'Camera', exact: true }).tap();
      await expect(tab.getByTestId('outcome')).toContainText('Allocated', { timeout: 30_000 });
      await expect(tab.getByTestId('outcome')).toContainText(macs[3]!);
      await tab.getByRole('button', { name: 'Camera off' }).tap();
      await tab.getByRole('button', { name: 'Undo last' }).tap();
      await expect(tab.getByTestId('outcome')).toContainText('Taken out');
      await handheld.close();
      await counted(3);
    });

    await test.step('a file, chosen by keys alone', async () => {
      const chooser = page.waitForEvent('filechooser');
      await page.keyboard.press('F6');
      const table = `No;Remark;MAC address\r\n1;"top; left";${macs[2]}\r\n2;;${macs[3]}\r\n3;;AA:BB:CC\r\n`;
      await (await chooser).setFiles({ name: 'box 7.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
      await expect(page.getByText('3 codes taken from box 7.csv')).toBeVisible();
      await counted(4);
      await expect(outcome).toContainText('Not a MAC address');
      const last = page.getByRole('complementary', { name: 'Last scans' }).getByRole('listitem');
      await expect(last.nth(2)).toContainText('Already in this order');
      await expect(last.nth(1)).toContainText('Allocated');
    });

    await test.step('a file without any address is refused in words', async () => {
      await page.getByRole('button', { name: 'File', exact: true }).focus();
      const chooser = page.waitForEvent('filechooser');
      await page.keyboard.press('Enter');
      const wrong = { name: 'articles.csv', mimeType: 'text/csv', buffer: Buffer.from('ean\n4006381333931\n') };
      await (await chooser).setFiles(wrong);
      await expect(page.getByText('articles.csv holds no MAC address.')).toBeVisible();
      await counted(4);
      await passes(page);
    });

    await test.step('a file that is dropped', async () => {
      const transfer = await page.evaluateHandle((mac) => {
        const dropped = new DataTransfer();
        dropped.items.add(new File([`${mac}\n`], 'last.txt', { type: 'text/plain' }));
        return dropped;
      }, macs[4]!);
      await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer });
      await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
      await expect(page.getByText('1 code taken from last.txt')).toBeVisible();
      await counted(5);
      await expect(outcome).toContainText('That was the last one: the order is full.');
    });

    await test.step('devices that came back are scanned without an order; a mistake is undone', async () => {
      const list = page.getByRole('complementary', { name: 'Last returns' }).getByRole('listitem');
      await page.getByRole('button', { name: 'Other order' }).click();
      await page.getByRole('link', { name: 'Returns' }).click();
      await expect(outcome).toContainText('Scan what came back');
      await scannerTypes(page, macs[0]!, 'Enter');
      await expect(outcome).toContainText('Its order is not closed');
      await expect(page.getByRole('button', { name: 'Return it anyway' })).toBeVisible();
      await page.evaluate(closeOrder, orderId);
      await page.getByText('Broken', { exact: true }).click();
      await scannerTypes(page, macs[1]!, 'Tab');
      await expect(outcome).toContainText(`From ${orderNumber(orderId)} for Client ${tail}. Reason: broken.`);
      await expect(list.first()).toContainText('Returned');
      await page.keyboard.press('Control+z');
      await expect(outcome).toContainText('Return undone');
      await scannerTypes(page, macs[2]!, 'Enter');
      await expect(outcome).toContainText('Reason: broken.');
      await page.reload();
      await page.getByRole('button', { name: `Undo the return of ${macs[2]}` }).click();
      await expect(outcome).toContainText('Return undone');
      await scannerTypes(page, '02:00:00:00:00:77', 'Enter');
      await expect(outcome).toContainText('Unknown device');
      await passes(page);
      // The station of the closed order leads here, and one's last orders stand below what is due.
      await page.getByRole('link', { name: 'Back to the orders' }).click();
      await page.getByRole('group', { name: 'Your last orders' }).getByText(orderNumber(orderId)).click();
      await expect(outcome).toContainText('Order closed');
      await expect(outcome.getByRole('link', { name: 'Returns' })).toBeVisible();
    });
  });
});

/** Runs in the page. */
async function closeOrder(orderId: number): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await fetch(`/api/v1/customer-orders/${orderId}`, { method: 'PATCH', headers, body: '{"action":"close"}' });
}
