import { Decrypter } from 'age-encryption';
import { z } from 'zod';
import { AppError } from '../platform/errors.ts';
import { encryptToPassphrase } from './age-passphrase.ts';
import { SYMMETRIC_KEY_BYTES } from './envelope.ts';
import type { KeyStore, StoredKek } from './key-file.ts';

const contentSchema = z.object({ kekId: z.int().positive(), key: z.base64() });

/**
 * The key of this console sealed with a passphrase in the age format, in base64, for a backup. AppError `not-enrolled`
 * when this console keeps none.
 */
export async function sealStoredKey(store: KeyStore, passphrase: string, logN?: number): Promise<string> {
  const stored = await store.read();
  if (stored === null)
    throw new AppError(
      'not-enrolled',
      `There is no key at ${store.where}. Leave out the keys: the passphrase of the recovery kit opens them after a restore.`,
    );
  const content = new Blob([
    JSON.stringify({ kekId: stored.kekId, key: Buffer.from(stored.kek).toString('base64') }),
  ]).stream();
  stored.kek.fill(0);
  const sealed = await encryptToPassphrase(content, passphrase, logN);
  return Buffer.from(await new Response(sealed).arrayBuffer()).toString('base64');
}

/** Opens what `sealStoredKey` made. AppError `validation-failed` for another passphrase. */
export async function openSealedKey(sealed: string, passphrase: string): Promise<StoredKek> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    const content = contentSchema.parse(
      JSON.parse(await decrypter.decrypt(new Uint8Array(Buffer.from(sealed, 'base64')), 'text')),
    );
    const kek = new Uint8Array(Buffer.from(content.key, 'base64'));
    if (kek.length === SYMMETRIC_KEY_BYTES) return { kekId: content.kekId, kek };
  } catch (cause) {
    throw new AppError('validation-failed', 'The keys in the backup don’t open with this passphrase.', { cause });
  }
  throw new AppError('corrupt-data', 'The keys in the backup are damaged.');
}
