import { AppError } from '../core/platform/errors.ts';

/** What is used of electron-updater's AppUpdater (https://www.electron.build/auto-update). */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  setFeedURL(options: { provider: 'generic'; url: string }): void;
  checkForUpdates(): Promise<unknown>;
  on(event: 'update-downloaded' | 'error', listener: (info: never) => void): unknown;
}

export interface UpdateParts {
  /** CONSOLE_UPDATE_URL: where new versions are published; without it nothing is ever asked for. */
  feedUrl: string | null;
  packaged: boolean;
  /** Loads the updater; called only when updates are on. */
  load(): Promise<Updater>;
  onReady(): void;
  onError(error: unknown): void;
}

const CHECK_MS = 6 * 60 * 60_000;

/**
 * Automatic updates, off unless an address was given and this is a packaged build. Signatures are checked by the
 * updater against the certificate of the running build; a version is installed when the person quits, never before.
 * Returns the function that ends the checks. AppError `validation-failed` for an address that is not https.
 */
export async function startUpdates(parts: UpdateParts): Promise<() => void> {
  if (parts.feedUrl === null || !parts.packaged) return () => undefined;
  if (!URL.canParse(parts.feedUrl) || new URL(parts.feedUrl).protocol !== 'https:') {
    throw new AppError('validation-failed', 'CONSOLE_UPDATE_URL must be an https address. Correct it or take it out.');
  }
  const updater = await parts.load();
  updater.autoDownload = true;
  updater.autoInstallOnAppQuit = true;
  updater.allowDowngrade = false;
  updater.setFeedURL({ provider: 'generic', url: parts.feedUrl });
  updater.on('update-downloaded', () => parts.onReady());
  updater.on('error', parts.onError);
  const check = () => void updater.checkForUpdates().catch(parts.onError);
  check();
  const timer = setInterval(check, CHECK_MS);
  return () => clearInterval(timer);
}
