import { expect, type Page } from '@playwright/test';
import { ADMIN_PASSWORD } from './console.ts';

/** Fills the log-in form and sends it; what follows is for the caller to see. */
export async function logIn(page: Page, name = 'admin', password = ADMIN_PASSWORD): Promise<void> {
  await page.getByLabel('User name').fill(name);
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Logs out by the account's menu. */
export async function logOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
}

/** The first screen of somebody who is logged in has come. */
export const overview = (page: Page): Promise<void> =>
  expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
