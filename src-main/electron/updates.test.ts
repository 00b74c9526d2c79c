import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { startUpdates, type UpdateParts, type Updater } from './updates.ts';

const FEED = 'https://updates.example/console/';
const SIGNED = 'publisherName:\n  - Glimpse\nupdaterCacheDirName: tracker-console-updater\n';

function updating(feedUrl: string | null, more: Partial<UpdateParts> = {}) {
  const asked: unknown[] = [];
  const updater: Updater = {
    autoDownload: false,
    autoInstallOnAppQuit: false,
    allowDowngrade: true,
    allowPrerelease: true,
    disableWebInstaller: false,
    setFeedURL: (options) => void asked.push(options),
    checkForUpdates: async () => void asked.push('check'),
    on: () => undefined,
  };
  const load = async () => {
    asked.push('loaded');
    return updater;
  };
  const start = startUpdates({
    ...{ feedUrl, packaged: true, platform: 'win32', readBuildConfig: async () => SIGNED, load },
    ...{ onReady: () => undefined, onError: () => undefined },
    ...more,
  });
  return { asked, updater, start };
}

describe('updates', () => {
  it('are off by default, and in builds that are not packaged: the updater is not even loaded', async () => {
    for (const { asked, start } of [updating(null), updating(FEED, { packaged: false })]) {
      await start;
      expect(asked).toEqual([]);
    }
  });

  it('come from the address and channel that were set, never to an older or unfinished version', async () => {
    const { asked, updater, start } = updating(FEED);
    (await start)();
    expect(asked).toEqual(['loaded', { provider: 'generic', url: FEED, channel: 'latest' }, 'check']);
    expect(updater).toMatchObject({
      ...{ allowDowngrade: false, allowPrerelease: false, disableWebInstaller: true },
      autoInstallOnAppQuit: true,
    });
  });

  // The real one changes some of its settings when others are set.
  it('are set so in the real updater too', async () => {
    const { NsisUpdater } = createRequire(import.meta.url)('electron-updater/out/NsisUpdater.js');
    const real = new NsisUpdater(null, { version: '1.2.3-beta.1', isPackaged: true, whenReady: async () => undefined });
    real.checkForUpdates = async () => null;
    expect(real.allowPrerelease).toBe(true);
    (await updating(FEED, { load: async () => real }).start)();
    expect(real).toMatchObject({ allowDowngrade: false, allowPrerelease: false, disableWebInstaller: true });
    expect(await real.isUpdateAvailable({ version: '1.2.2' })).toBe(false);
    expect(await real.isUpdateAvailable({ version: '1.2.3-beta.1' })).toBe(false);
  });

  it.each(['http://updates.example/', 'file:///tmp', 'nonsense', 'https://user:secret@updates.example/'])(
    'never come from %s',
    async (url) => {
      const { asked, start } = updating(url);
      await expect(start).rejects.toMatchObject({ code: 'validation-failed' });
      expect(asked).toEqual([]);
    },
  );

  it.each<[string, Partial<UpdateParts>, RegExp]>([
    ['on Linux', { platform: 'linux' }, /On this system nothing can check who made an update/],
    ['without a configuration of the build', { readBuildConfig: async () => null }, /does not name its publisher/],
    ['with none in it', { readBuildConfig: async () => 'provider: generic\n' }, /does not name its publisher/],
    ['with an empty one', { readBuildConfig: async () => 'publisherName:\nprovider: generic\n' }, /publisher/],
    ['with a remark alone', { readBuildConfig: async () => 'publisherName: # later\n' }, /publisher/],
  ])('are refused where nobody can check the signature: %s', async (_, more, sentence) => {
    const { asked, start } = updating(FEED, more);
    await expect(start).rejects.toThrow(sentence);
    expect(asked).toEqual([]);
  });

  it('rely on the system’s own check on a Mac', async () => {
    const { asked, start } = updating(FEED, { platform: 'darwin', readBuildConfig: async () => null });
    (await start)();
    expect(asked).toContain('check');
  });
});
