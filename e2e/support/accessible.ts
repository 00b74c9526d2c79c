import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const wcag22aa = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The rules that another colour scheme can break. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/**
 * What axe holds against the page as it is: a text for each element that violates WCAG 2.2 AA, none when all is well.
 * @param rules `colours`: only what depends on the colour scheme, for a page of which the rest was looked at before
 */
export async function violationsOf(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  const axe = new AxeBuilder({ page }).options({
    resultTypes: ['violations'],
    runOnly: rules === 'all' ? { type: 'tag', values: wcag22aa } : { type: 'rule', values: ofColours },
  });
  // The console has no frames; without them axe needs no second page to put its results together.
  const { violations } = await axe.setLegacyMode().analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}\n  ${target.join(' ')}\n  ${failureSummary}`),
  );
}

/** Nothing that axe knows of, best practice included, is held against the page, or the dialog in front of it. */
export async function passes(page: Page): Promise<void> {
  // Without a second page to put results together: the desktop has one window.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  // The header of a dialog is no second banner: that of the page is out of reach meanwhile.
  if (await page.getByRole('dialog').isVisible())
    axe.include('[role=dialog]').disableRules(['landmark-no-duplicate-banner', 'landmark-unique']);
  const { violations } = await axe.analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}
