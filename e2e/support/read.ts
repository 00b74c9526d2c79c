import type { Locator } from '@playwright/test';

/** The text of an element, trimmed. */
export const textOf = async (locator: Locator): Promise<string> => ((await locator.textContent()) ?? '').trim();

/** The first whole number in the text of an element, as people write it (`1,320`); NaN when there is none. */
export async function figureIn(locator: Locator): Promise<number> {
  return Number(/\d[\d,]*/.exec(await textOf(locator))?.[0]?.replaceAll(',', ''));
}
