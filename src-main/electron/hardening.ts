import type { App, Session, WebContents } from 'electron';

/** What the window may show: the app itself, and nothing else (Electron's security checklist, items 5, 13 and 14). */
export const APP_ORIGIN = 'app://console';

/**
 * Denies every permission but the camera's picture, to the app's own pages: the station reads codes by it. The console
 * needs no sound, position, clipboard reading or device (item 5).
 */
export function limitPermissions(
  session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'>,
): void {
  const isOwn = (url: string | undefined) => url === APP_ORIGIN || url?.startsWith(`${APP_ORIGIN}/`) === true;
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const types = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    answer(permission === 'media' && types.join() === 'video' && isOwn(details.requestingUrl));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin, details) =>
      permission === 'media' && details.mediaType === 'video' && isOwn(origin),
  );
  session.setDevicePermissionHandler(() => false);
}

/** No navigation away from the app, no new windows, no web views (items 11 to 14). */
function confine(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  const stay = (event: { preventDefault(): void }, url: string) => {
    if (!url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
  };
  contents.on('will-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Confines whatever contents the app ever makes, also those that nobody thought of. */
export function confineAll(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => confine(contents));
}
