import type { Page } from '@playwright/test';

/**
 * As a scanner types: fast keys, then its terminator, wherever the focus is. All are sent at once, so that a busy machine
 * is no slow typist.
 */
export async function scannerTypes(page: Page, text: string, end: 'Enter' | 'Tab' = 'Enter'): Promise<void> {
  await Promise.all([...text, end].map((key) => page.keyboard.press(key)));
}
