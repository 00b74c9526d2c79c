import { describe, expect, it } from 'vitest';
import { startUpdates, type Updater } from './updates.ts';

function updating(feedUrl: string | null, packaged = true) {
  const asked: string[] = [];
  const updater: Updater = {
    autoDownload: false,
    autoInstallOnAppQuit: false,
    allowDowngrade: true,
    setFeedURL: ({ url }) => void asked.push(url),
    checkForUpdates: async () => void asked.push('check'),
    on: () => undefined,
  };
  const load = async () => {
    asked.push('loaded');
    return updater;
  };
  const start = startUpdates({ feedUrl, packaged, load, onReady: () => undefined, onError: () => undefined });
  return { asked, updater, start };
}

describe('updates', () => {
  it('are off by default, and in builds that are not packaged: the updater is not even loaded', async () => {
    for (const { asked, start } of [updating(null), updating('https://updates.example/', false)]) {
      await start;
      expect(asked).toEqual([]);
    }
  });

  it('come from the address that was set, never to an older version', async () => {
    const { asked, updater, start } = updating('https://updates.example/console/');
    (await start)();
    expect(asked).toEqual(['loaded', 'https://updates.example/console/', 'check']);
    expect(updater).toMatchObject({ allowDowngrade: false, autoInstallOnAppQuit: true });
  });

  it.each(['http://updates.example/', 'file:///tmp', 'nonsense'])('never come from %s', async (url) => {
    const { asked, start } = updating(url);
    await expect(start).rejects.toMatchObject({ code: 'validation-failed' });
    expect(asked).toEqual([]);
  });
});
