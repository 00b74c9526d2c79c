import type { SafeStorage } from 'electron';
import { type KeyStore, keyFile } from '../core/keys/key-file.ts';
import { AppError } from '../core/platform/errors.ts';

export type SafeStorageParts = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/** Backends that encrypt under a password that stands in Electron's own source: no protection at all. */
const weakBackends = ['basic_text', 'unknown'];

/**
 * The desktop's keychain as the place of this console's key: the file at `path` holds it encrypted by the operating
 * system's own keychain (DPAPI, Keychain, libsecret or kwallet), which opens it for this user alone. Where there is no
 * real keychain it refuses (AppError `unavailable`) instead of storing the key unprotected.
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
  return keyFile(path, {
    by: 'encrypted by the keychain of this computer',
    async seal(key) {
      await assertStrong();
      return safeStorage.encryptStringAsync(Buffer.from(key).toString('base64'));
    },
    async open(sealed) {
      await assertStrong();
      const { result } = await safeStorage.decryptStringAsync(Buffer.from(sealed)).catch((cause: unknown) => {
        const message = 'The keychain can’t open this console’s key. Enrol this console again.';
        throw new AppError('corrupt-data', message, { cause });
      });
      return Buffer.from(result, 'base64');
    },
  });
}
