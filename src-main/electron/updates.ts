import { AppError } from '../core/platform/errors.ts';

/** What is used of electron-updater's AppUpdater (https://www.electron.build/auto-update). */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  allowPrerelease: boolean;
  disableWebInstaller: boolean;
  setFeedURL(options: { provider: 'generic'; url: string; channel: string }): void;
  checkForUpdates(): Promise<unknown>;
  on(event: 'update-downloaded' | 'error', listener: (info: never) => void): unknown;
}

export interface UpdateParts {
  /** CONSOLE_UPDATE_URL: where new versions are published; without it nothing is ever asked for. */
  feedUrl: string | null;
  packaged: boolean;
  platform: NodeJS.Platform;
  /** Reads app-update.yml, which the build puts beside the application; null where there is none. */
  readBuildConfig(): Promise<string | null>;
  /** Loads the updater; called only when updates are on. */
  load(): Promise<Updater>;
  onReady(): void;
  onError(error: unknown): void;
}

const CHECK_MS = 6 * 60 * 60_000;

/**
 * Automatic updates, off unless an address was given and this is a packaged build. They are refused (AppError
 * `validation-failed`) where nothing would check who made an update: without https, on Linux, and in a Windows build that
 * names no publisher. A version is installed when the person quits, never before. Returns the function that ends the checks.
 */
export async function startUpdates(parts: UpdateParts): Promise<() => void> {
  const { feedUrl } = parts;
  if (feedUrl === null || !parts.packaged) return () => undefined;
  if (!isHttps(feedUrl))
    throw refused('CONSOLE_UPDATE_URL must be an https address without a login. Correct it or take it out.');
  await requireSignatureCheck(parts);
  const updater = await parts.load();
  updater.autoDownload = true;
  updater.autoInstallOnAppQuit = true;
  // Its parts are checked by nothing but a sum that stands beside them.
  updater.disableWebInstaller = true;
  updater.setFeedURL({ provider: 'generic', url: feedUrl, channel: 'latest' });
  // After the channel, which may allow both by itself.
  updater.allowPrerelease = false;
  updater.allowDowngrade = false;
  updater.on('update-downloaded', () => parts.onReady());
  updater.on('error', parts.onError);
  const check = () => void updater.checkForUpdates().catch(parts.onError);
  check();
  const timer = setInterval(check, CHECK_MS);
  return () => clearInterval(timer);
}

function isHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '';
}

/**
 * macOS compares the signature of an update with that of the running application by itself, and refuses when there is none.
 * On Windows electron-updater does so only where app-update.yml names the publisher (NsisUpdater.verifySignature);
 * on Linux it compares a sum from the same server, which shows nothing about who made the update.
 */
async function requireSignatureCheck({ platform, readBuildConfig }: UpdateParts): Promise<void> {
  if (platform === 'darwin') return;
  const byHand = 'Take CONSOLE_UPDATE_URL out, and install new versions yourself.';
  if (platform !== 'win32') throw refused(`On this system nothing can check who made an update. ${byHand}`);
  const config = await readBuildConfig();
  if (config === null || !/^publisherName:[ \t]*(?:[^\s#]|\r?\n[ \t]*- *[^\s#])/m.test(config))
    throw refused(`This build does not name its publisher, so it can’t check who made an update. ${byHand}`);
}

const refused = (message: string) => new AppError('validation-failed', message);
