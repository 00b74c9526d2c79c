import { ADMIN_PASSWORD } from './support/console.ts';
import { expect, test } from './support/own-console.ts';

/** What people of a locale type for 3 April 2027, and how the field writes it. */
const written = [
  { locale: 'de-DE', typed: '3.4.2027', shown: '03.04.2027', last: '31.12.2026', pattern: 'DD.MM.YYYY' },
  { locale: 'en-US', typed: '4/3/2027', shown: '04/03/2027', last: '12/31/2026', pattern: 'MM/DD/YYYY' },
  { locale: 'en-GB', typed: '3/4/2027', shown: '03/04/2027', last: '31/12/2026', pattern: 'DD/MM/YYYY' },
  { locale: 'uk-UA', typed: '3.4.27', shown: '03.04.2027', last: '31.12.2026', pattern: 'DD.MM.YYYY' },
] as const;

test('a date is read as the person’s locale writes it, and never replaced by another', async ({ browser, running }) => {
  test.setTimeout(300_000);
  const first = await browser.newContext({ baseURL: running.url });
  const data = { username: 'admin', password: ADMIN_PASSWORD };
  expect((await first.request.post('/api/v1/auth/login', { data, timeout: 60_000 })).ok()).toBe(true);
  const storageState = await first.storageState();
  await first.close();
  for (const { locale, typed, shown, last, pattern } of written)
    await test.step(locale, async () => {
      const context = await browser.newContext({
        baseURL: running.url,
        storageState,
        locale,
        timezoneId: 'Europe/Berlin',
      });
      const page = await context.newPage();
      await page.goto('/reports?report=deliveries');
      const from = page.getByLabel('From', { exact: true });
      const asked = () => new URL(page.url()).searchParams.get('from');
      await expect(from).toHaveAttribute('placeholder', pattern);
      await from.fill(typed);
      await from.press('Enter');
      await expect(from).toHaveValue(shown);
      await expect.poll(asked).toBe('2027-04-03');
      await from.fill(last);
      await from.blur();
      await expect(from).toHaveValue(last);
      await expect.poll(asked).toBe('2026-12-31');
      await from.fill('2027-02-01');
      await from.blur();
      await expect.poll(asked).toBe('2027-02-01');
      // No day of the calendar: it stays as it was typed, and says so.
      await from.fill('2027-02-31');
      await from.blur();
      await expect(from).toHaveValue('2027-02-31');
      await expect(page.getByText(/Write a date as/)).toBeVisible();
      expect(asked()).toBe('2027-02-01');
      if (locale !== 'de-DE') return context.close();
      // The calendar, by keyboard alone.
      await from.fill('1.2.2027');
      await from.press('Alt+ArrowDown');
      const calendar = page.getByRole('dialog', { name: 'From' });
      await calendar.getByRole('button', { name: /^14 February/ }).press('Enter');
      await expect(calendar).toBeHidden();
      await expect(from).toHaveValue('14.02.2027');
      await page.clock.setFixedTime(new Date('2026-11-23T12:00:00Z'));
      await page.getByRole('button', { name: 'Choose days' }).click();
      await page.getByRole('menuitem', { name: 'Last month' }).click();
      await expect.poll(asked).toBe('2026-10-01');
      await expect(page.getByLabel('Until', { exact: true })).toHaveValue('31.10.2026');
      await expect(page.getByText('Days in Europe/Berlin')).toBeVisible();
      if (process.env.LOOK) {
        await from.press('Alt+ArrowDown');
        await page.screenshot({ path: `${process.env.LOOK}/reports-dates.png` });
        await page.setViewportSize({ width: 390, height: 844 });
        await page.screenshot({ path: `${process.env.LOOK}/reports-dates-390.png` });
      }
      return context.close();
    });
  // The second date once took the first one back, and its calendar opened where the former value was.
  await test.step('a slow computer', async () => {
    const context = await browser.newContext({ baseURL: running.url, storageState });
    const page = await context.newPage();
    await page.goto('/reports?report=deliveries');
    const from = page.getByLabel('From', { exact: true });
    const until = page.getByLabel('Until', { exact: true });
    await from.fill('01/01/2026');
    await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: 6 });
    for (const month of ['02', '04', '06'] as const) {
      await from.fill(`01/${month}/2027`);
      await until.fill(`27/${month}/2027`);
      await page.keyboard.press('Alt+ArrowDown');
      const calendar = page.getByRole('dialog', { name: 'Until' });
      await expect(calendar.getByRole('button', { name: /^27 (February|April|June) 2027/ })).toBeVisible();
      await page.keyboard.press('Escape');
      const asked = new URL(page.url()).searchParams;
      expect([asked.get('from'), asked.get('to')]).toEqual([`2027-${month}-01`, `2027-${month}-27`]);
    }
    await context.close();
  });
});
