import { randomBytes } from 'node:crypto';
import { passes } from './support/accessible.ts';
import { asPerson } from './support/api.ts';
import { expect, test } from './support/own-console.ts';

/** Two people edit one order at the same time: here the form, and beside it the API as the other. */
test.describe('a form that another has overtaken', () => {
  for (const { width, height } of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ])
    test(`merges field by field at ${width}`, async ({ page, go, enter }) => {
      await page.setViewportSize({ width, height });
      await enter();
      const { api } = asPerson(page);
      const name = `Client ${randomBytes(4).toString('hex')}`;
      const client = await api.createClient({ body: { name } });
      const order = await api.createCustomerOrder({ body: { clientId: client.id, quantity: 5 } });
      const params = { customerOrderId: order.id };
      const other = async (body: object) => {
        const { version } = await api.getCustomerOrder({ params });
        await api.updateCustomerOrder({ params, body, version });
      };
      await go(`/orders/${order.id}`);
      const open = async () => {
        await page.getByRole('button', { name: 'Edit', exact: true }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        return page.getByRole('dialog');
      };

      // What doesn't touch is put together without a question.
      let form = await open();
      await form.getByLabel('Notes').fill('By the side door.');
      await other({ quantity: 9, dueDate: '2026-12-24' });
      await form.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('dialog')).toBeHidden();
      expect(await api.getCustomerOrder({ params })).toMatchObject({
        notes: 'By the side door.',
        quantity: 9,
        dueDate: '2026-12-24',
      });

      // What touches keeps what was typed, and asks.
      form = await open();
      await form.getByLabel('Notes').fill('At the ramp.');
      await form.getByLabel('Quantity').fill('12');
      await other({ notes: 'Ring twice.', quantity: 11, dueDate: null });
      await form.getByRole('button', { name: 'Save' }).click();
      const notice = form.getByRole('alert');
      await expect(notice).toContainText('changed this while you were editing');
      await expect(notice).toContainText('Ring twice.');
      await expect(form.getByLabel('Notes', { exact: true })).toHaveValue('At the ramp.');
      await notice
        .getByRole('radiogroup', { name: /Quantity/ })
        .getByText('Take theirs')
        .click();
      await expect(form.getByRole('textbox', { name: 'Quantity' })).toHaveValue('11');
      await passes(page);
      if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/merge-${width}.png` });
      await form.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('dialog')).toBeHidden();
      expect(await api.getCustomerOrder({ params })).toMatchObject({
        notes: 'At the ramp.',
        quantity: 11,
        dueDate: null,
      });
    });
});
