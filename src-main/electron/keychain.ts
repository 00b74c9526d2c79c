import { readFile } from 'node:fs/promises';
import type { SafeStorage } from 'electron';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { type KeyStore, type StoredKek, writePrivateFile } from '../core/keys/key-file.ts';

export type SafeStorageParts = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

const fileSchema = z.object({
  version: z.literal(1),
  keyEncryptionKeyId: z.int().positive(),
  sealedKey: z.base64(),
  createdAt: z.string(),
});

/** Backends that encrypt under a password that stands in Electron's own source: no protection at all. */
const weakBackends = ['basic_text', 'unknown'];
const KEK_BYTES = 32;

/**
 * The desktop's keychain as the place of this console's key: the file at `path` holds it encrypted by the operating
 * system's own keychain (DPAPI, Keychain, libsecret or kwallet), which opens it for this user alone. Where there is no
 * real keychain it refuses to write (AppError `unavailable`) instead of storing the key unprotected.
 */
export function keychain(safeStorage: SafeStorageParts, path: string, platform: NodeJS.Platform): KeyStore {
  const assertStrong = async () => {
    const backend = platform === 'linux' ? safeStorage.getSelectedStorageBackend() : '';
    if (!weakBackends.includes(backend) && (await safeStorage.isAsyncEncryptionAvailable())) return;
    throw new AppError(
      'unavailable',
      'This desktop has no keychain that could protect the key (GNOME keyring or KWallet on Linux). Set one up, or ' +
        'choose a key file of your own with CONSOLE_KEY_FILE. The key is not stored unprotected.',
    );
  };
  const read = async (): Promise<StoredKek | null> => {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new AppError('corrupt-data', 'The key file can’t be read by this user.', { cause: error });
    });
    if (text === null) return null;
    const file = fileSchema.safeParse(parsed(text));
    if (!file.success) throw damaged();
    await assertStrong();
    const { result } = await safeStorage
      .decryptStringAsync(Buffer.from(file.data.sealedKey, 'base64'))
      .catch((cause: unknown) => {
        throw new AppError('corrupt-data', 'The keychain can’t open this console’s key. Enrol this console again.', {
          cause,
        });
      });
    const kek = new Uint8Array(Buffer.from(result, 'base64'));
    if (kek.length !== KEK_BYTES) throw damaged();
    return { kekId: file.data.keyEncryptionKeyId, kek };
  };
  return {
    where: `${path} (encrypted by the keychain of this computer)`,
    read,
    async write(key, now) {
      await assertStrong();
      const sealed = await safeStorage.encryptStringAsync(Buffer.from(key.kek).toString('base64'));
      const content = {
        version: 1,
        keyEncryptionKeyId: key.kekId,
        sealedKey: sealed.toString('base64'),
        createdAt: now.toISOString(),
      };
      await writePrivateFile(path, `${JSON.stringify(content, null, 2)}\n`);
    },
  };
}

const damaged = () => new AppError('corrupt-data', 'The key file is damaged. Enrol this console again.');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the file.
    return null;
  }
}
