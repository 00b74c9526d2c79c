import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

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
