import { test as base } from '@playwright/test';
import { desktopWindow, isDesktop } from './desktop.ts';

export { expect, type Locator, type Page } from '@playwright/test';

/** `page` is a tab of the browser, or the window of the desktop that the spec started: one set of specs, two targets. */
export const test = base.extend({
  page: async ({ page: tab }, use, info) => use(isDesktop(info.project) ? desktopWindow() : tab),
});
