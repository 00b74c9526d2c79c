import { TOTP } from 'otpauth';
import { passes } from './support/accessible.ts';
import { ADMIN_PASSWORD } from './support/console.ts';
import { isDesktop } from './support/desktop.ts';
import { expect, type Page, test } from './support/own-console.ts';
import { logIn, logOut, overview } from './support/people.ts';
import { saved } from './support/saved.ts';

const FIRST = 'a word from the admin';
const OWN = 'only Wendy knows this';

/** Who gets in, with what, and what the audit log keeps of it. */
test.describe('access', () => {
  test('second factor, tokens, sessions, forced password, permissions, audit', async ({ page, go, enter }, info) => {
    test.setTimeout(180_000);
    const desktop = isDesktop(info.project);
    const dialog = page.getByRole('dialog');
    await go('/login');
    await passes(page);
    await enter();

    const { totp, recoveryCode } = await test.step('enrols a second factor', async () => {
      await go('/security');
      await page.getByRole('button', { name: 'Set up' }).click();
      await dialog.getByLabel('Your password').fill('not the password');
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await expect(dialog.getByText('This is not your password.')).toBeVisible();
      await dialog.getByLabel('Your password').fill(ADMIN_PASSWORD);
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await expect(dialog.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible();
      await passes(page);
      const app = new TOTP({ secret: (await dialog.locator('code').textContent())?.replaceAll(' ', '') ?? '' });
      await dialog.getByLabel('Code from the app').fill(app.generate());
      await dialog.getByRole('button', { name: 'Confirm' }).click();
      await expect(dialog.locator('code')).toHaveCount(10);
      const code = (await dialog.locator('code').first().textContent()) ?? '';
      await dialog.getByRole('button', { name: 'I have saved them' }).click();
      await expect(page.getByText('10 of 10 recovery codes are left', { exact: false })).toBeVisible();
      return { totp: app, recoveryCode: code };
    });

    await test.step('logs in with the code, and not without', async () => {
      await logOut(page);
      await logIn(page);
      await page.getByLabel('Code').fill('000000');
      await page.keyboard.press('Enter');
      await expect(page.getByText('Login failed')).toBeVisible();
      await passes(page);
      // The code that enrolled is spent; the one of the next half minute is accepted already.
      await page.getByLabel('Code').fill(totp.generate({ timestamp: Date.now() + 30_000 }));
      await page.keyboard.press('Enter');
      await overview(page);
    });

    await test.step('a token opens what its scope says, until it is revoked', async () => {
      await go('/security');
      await page.getByRole('button', { name: 'New token' }).click();
      await dialog.getByLabel('Name').fill('Stock program');
      await dialog.getByRole('button', { name: 'Create' }).click();
      const token = (await page.getByTestId('token').textContent()) ?? '';
      await page.getByRole('button', { name: 'I have copied it' }).click();
      const ask = (path: string, method = 'GET') => asProgram(page, token, method, path);
      // No program reaches the desktop: its window has the session of the person, whatever token it sends.
      if (!desktop) {
        expect(await ask('/clients')).toBe(200);
        expect(await ask('/clients', 'POST')).toBe(403);
        expect(await ask('/api-tokens')).toBe(403);
      }
      await page.getByRole('button', { name: 'Revoke Stock program' }).click();
      await dialog.getByRole('button', { name: 'Revoke' }).click();
      await expect(page.getByRole('row', { name: /Stock program/ })).toContainText('Revoked');
      if (!desktop) expect(await ask('/clients')).toBe(401);
    });

    await test.step('creates a user with a password of the administrator', async () => {
      await go('/users');
      await page.getByRole('button', { name: 'New user' }).click();
      await dialog.getByLabel('User name').fill('wendy');
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Wendy Ware');
      await dialog.locator('input[type=password]').fill(FIRST);
      await passes(page);
      await dialog.getByRole('button', { name: 'Create' }).click();
      await expect(page.getByRole('row', { name: /wendy/ })).toContainText('New password due');
      await expect(dialog).toHaveCount(0);
      await passes(page);
    });

    await test.step('she has to choose her own, and is refused what her role is not for', async () => {
      // In a browser in a window of her own; the desktop has one, which is handed over.
      const browser = page.context().browser();
      const context = desktop ? null : await browser!.newContext({ baseURL: new URL(page.url()).origin });
      const hers = context ? await context.newPage() : page;
      if (context) await hers.goto('/login');
      else await logOut(page);
      await logIn(hers, 'wendy', FIRST);
      await expect(hers.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
      await passes(hers);
      expect(await hers.evaluate(async () => (await fetch('/api/v1/trackers')).status)).toBe(403);
      await hers.getByLabel('Current password').fill(FIRST);
      await hers.getByLabel('New password').fill(OWN);
      await hers.getByRole('button', { name: 'Set password' }).click();
      // The console of a warehouse person begins at the station.
      await expect(hers.getByRole('heading', { name: 'Which order are you filling?' })).toBeVisible();
      expect(await hers.evaluate(async () => (await fetch('/api/v1/trackers')).status)).toBe(200);
      expect(await hers.evaluate(async () => (await fetch('/api/v1/audit-entries')).status)).toBe(403);

      if (!context) {
        await page.getByRole('link', { name: 'Leave' }).click();
        await logOut(page);
        await logIn(page);
        await page.getByLabel('Code').fill(recoveryCode);
        await page.keyboard.press('Enter');
        return overview(page);
      }
      await go('/security');
      await page.getByRole('switch', { name: 'Of everybody' }).first().check();
      await page.getByRole('button', { name: 'End the session of wendy' }).click();
      await expect(page.getByRole('button', { name: 'End the session of wendy' })).toBeHidden();
      await passes(page);
      await hers.reload();
      await expect(hers.getByRole('heading', { name: 'Log in' })).toBeVisible();
      await context.close();
    });

    await test.step('the matrix says the same', async () => {
      await go('/permissions');
      const scanning = page.getByRole('row', { name: /Scan devices into and out of orders/ });
      await expect(scanning.getByRole('img', { name: 'may', exact: true }).first()).toBeVisible();
      await page.getByRole('button', { name: 'Read and export the audit log' }).click();
      await page.getByLabel('Operation, path or area').fill('/audit-entries');
      const row = page.getByRole('row', { name: /GET \/audit-entries$|GET \/audit-entries / }).first();
      const column = await page
        .getByRole('columnheader')
        .evaluateAll((all) => all.findIndex((cell) => cell.textContent?.includes('Warehouse')));
      await expect(row.getByRole('cell').nth(column).getByRole('img')).toHaveAccessibleName('may not');
      await passes(page);
    });

    await test.step('the log holds all of it, and its chain is intact', async () => {
      await go('/audit?actor=wendy');
      await expect(page.getByRole('row', { name: /auth\.password/ })).toHaveCount(1);
      await expect(page.getByRole('row', { name: /access\.denied/ })).not.toHaveCount(0);
      await expect(page.getByRole('row', { name: /totp\.enable/ })).toHaveCount(0);
      await page.getByLabel('Action, like').fill('auth.password');
      await expect(page.getByRole('row')).toHaveCount(2);
      const { bytes } = await saved(page, async () => {
        await page.getByRole('button', { name: 'Export' }).click();
        await page.getByRole('menuitem', { name: /As CSV/ }).click();
      });
      const lines = bytes.toString().trim().split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[1]).toContain('wendy');
      await page.getByRole('button', { name: 'Verify the chain' }).click();
      await expect(page.getByText(/The chain is intact: \d+ entries checked\./)).toBeVisible();
      await passes(page);
    });
  });
});

/** The status that a program with this token gets, without the cookie of the page. */
const asProgram = (page: Page, token: string, method: string, path: string): Promise<number> =>
  page.evaluate(
    async ([bearer, verb, to]) => {
      const headers = { authorization: `Bearer ${bearer}` };
      return (await fetch(`/api/v1${to}`, { method: verb!, headers, credentials: 'omit' })).status;
    },
    [token, method, path],
  );
