import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channels } from './channels.ts';
import { notify, print, type Sender, type ShellParts, saveDownload, serveShell } from './shell-ipc.ts';

const ours: Sender = { senderFrame: { url: 'app://console/orders/1', parent: null } };
const strangers: [string, Sender][] = [
  ['another origin', { senderFrame: { url: 'https://example.org/', parent: null } }],
  ['a look-alike', { senderFrame: { url: 'app://console.example/', parent: null } }],
  ['a sub-frame', { senderFrame: { url: 'app://console/', parent: {} } }],
  ['a frame that is gone', { senderFrame: null }],
];

describe('what the window may ask of the shell', () => {
  let folder: string;
  let asked: string[];
  let parts: ShellParts;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shell-'));
    asked = [];
    parts = {
      handle: async (request) => {
        asked.push(request.url);
        return new URL(request.url).pathname.endsWith('/broken')
          ? Response.json({ detail: 'There is no such batch.' }, { status: 404 })
          : new Response('mac_address\nC0:00:00:00:00:01\n');
      },
      askWhereToSave: async (name) => join(folder, name),
      showNotification: (title, body) => asked.push(`${title}: ${body}`),
      print: async () => {
        asked.push('print');
        return true;
      },
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('saves a download whole, under a harmless name', async () => {
    const path = await saveDownload(parts, ours, '/api/v1/key-batches/1/exports?format=csv', '../keys:1.csv');
    expect(path).toBe(join(folder, '.._keys_1.csv'));
    expect(await readFile(path as string, 'utf8')).toContain('C0:00');
    expect(await readdir(folder)).toEqual(['.._keys_1.csv']);
  });

  it('leaves no file behind when the API refuses, and says why', async () => {
    await expect(saveDownload(parts, ours, '/api/v1/broken', 'x.csv')).rejects.toThrow('There is no such batch.');
    expect(await readdir(folder)).toEqual([]);
  });

  it('fetches nothing when the person cancels', async () => {
    parts.askWhereToSave = async () => null;
    expect(await saveDownload(parts, ours, '/api/v1/trackers', 'x')).toBeNull();
    expect(asked).toEqual([]);
  });

  it.each(['https://example.org/x', '//example.org/api/v1/', '/etc/passwd', 'file:///etc/passwd', 7])(
    'refuses to fetch %s',
    async (path) => {
      await expect(saveDownload(parts, ours, path, 'x')).rejects.toMatchObject({ code: 'bad-request' });
      expect(asked).toEqual([]);
    },
  );

  it.each(strangers)('refuses %s', async (_, sender) => {
    await expect(saveDownload(parts, sender, '/api/v1/trackers', 'x')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(notify(parts, sender, 'a', 'b')).rejects.toMatchObject({ code: 'forbidden' });
    expect(() => print(parts, sender)).toThrow('did not come from');
    expect(asked).toEqual([]);
  });

  it('is answered on the contract’s channels and no other', async () => {
    const handlers = new Map<string, (event: Sender, ...args: unknown[]) => unknown>();
    serveShell({ handle: (channel, listener) => void handlers.set(channel, listener) }, parts);
    const asking = [channels.saveDownload, channels.notify, channels.print];
    expect([...handlers.keys()].sort()).toEqual([...asking].sort());
    expect(await handlers.get(channels.print)?.(ours)).toBe(true);
    await handlers.get(channels.notify)?.(ours, 'Batch ready', '10,000 keys');
    expect(asked).toEqual(['print', 'Batch ready: 10,000 keys']);
  });
});
