import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keychain, type SafeStorageParts } from './keychain.ts';

/** Encrypts under a key of its own, as an operating system's keychain does for one user. */
function systemKeychain(backend: ReturnType<SafeStorageParts['getSelectedStorageBackend']> = 'gnome_libsecret') {
  const key = randomBytes(32);
  const parts: SafeStorageParts & { available: boolean } = {
    available: true,
    isAsyncEncryptionAvailable: async () => parts.available,
    getSelectedStorageBackend: () => backend,
    async encryptStringAsync(text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
    },
    async decryptStringAsync(sealed) {
      const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      cipher.setAuthTag(sealed.subarray(12, 28));
      const text = Buffer.concat([cipher.update(sealed.subarray(28)), cipher.final()]);
      return { result: text.toString('utf8'), shouldReEncrypt: false };
    },
  };
  return parts;
}

describe('the key in the desktop’s keychain', () => {
  let folder: string;
  let path: string;
  const kek = new Uint8Array(randomBytes(32));
  const now = new Date('2026-11-24T09:00:00Z');
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keychain-'));
    path = join(folder, 'keys', 'keychain-key.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('comes back as it was stored, and stands in the file only encrypted, for this user alone', async () => {
    const store = keychain(systemKeychain(), path, 'linux');
    expect(await store.read()).toBeNull();
    await store.write({ kekId: 3, kek }, now);
    expect(await store.read()).toEqual({ kekId: 3, kek });
    const text = await readFile(path, 'utf8');
    for (const form of ['base64', 'hex', 'base64url'] as const)
      expect(text).not.toContain(Buffer.from(kek).toString(form));
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each(['basic_text', 'unknown'] as const)(
    'refuses the backend %s on Linux, and stores nothing',
    async (backend) => {
      const store = keychain(systemKeychain(backend), path, 'linux');
      await expect(store.write({ kekId: 1, kek }, now)).rejects.toMatchObject({ code: 'unavailable' });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('refuses where encryption is not available at all, to write and to read', async () => {
    const storage = systemKeychain();
    const store = keychain(storage, path, 'darwin');
    await store.write({ kekId: 1, kek }, now);
    storage.available = false;
    await expect(store.write({ kekId: 2, kek }, now)).rejects.toThrow('no keychain');
    await expect(store.read()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('says what to do when the keychain is another one, or the file was changed', async () => {
    await keychain(systemKeychain(), path, 'win32').write({ kekId: 1, kek }, now);
    await expect(keychain(systemKeychain(), path, 'win32').read()).rejects.toThrow('Enrol this console again.');
    for (const content of ['', '{"version":1}', 'not json']) {
      await writeFile(path, content);
      const error = await keychain(systemKeychain(), path, 'win32')
        .read()
        .catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ code: 'corrupt-data', message: expect.stringContaining('Enrol') });
    }
  });
});
