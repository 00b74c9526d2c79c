import { expect, type Page, type Request } from '@playwright/test';

/**
 * Counts the page's requests from now on.
 * @returns waits until none is under way, but for the stream of events that never ends, and the maps have drawn
 */
export function quiet(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  page.on('request', (request) => {
    // A page that is left does not tell of the requests it left open.
    if (request.isNavigationRequest()) open.clear();
    if (!request.url().includes('/api/v1/events')) open.add(request);
  });
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  return async () => {
    await expect.poll(() => [...open].map((request) => request.url())).toEqual([]);
    await expect(
      page.locator('.leaflet-tile:not(.leaflet-tile-loaded), .leaflet-container [data-provisional]'),
    ).toHaveCount(0);
  };
}
