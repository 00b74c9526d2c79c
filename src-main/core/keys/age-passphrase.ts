import { createCipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { Encrypter, type Recipient, Stanza } from 'age-encryption';

/** As the `age` program takes for passphrases: about a second, and 256 MiB. */
const LOG_N = 18;
const R = 8;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** https://age-encryption.org/v1, section "scrypt recipient stanza". */
const LABEL = 'age-encryption.org/v1/scrypt';

const derive = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);
const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');

/**
 * The library's own passphrase recipient runs scrypt in JavaScript and holds this thread for more than a second; OpenSSL
 * does the same in the thread pool. The stanza is the same: only the passphrase's recipient may stand in such a file.
 */
function passphraseRecipient(passphrase: string, logN: number): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(SALT_BYTES);
      const N = 2 ** logN;
      const parameters = { N, r: R, p: 1, maxmem: 256 * N * R };
      const key = await derive(passphrase, Buffer.concat([Buffer.from(LABEL), salt]), KEY_BYTES, parameters);
      // The nonce is zero by the format: each key is used once.
      const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 });
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      key.fill(0);
      return [new Stanza(['scrypt', unpadded(salt), String(logN)], new Uint8Array(body))];
    },
  };
}

/**
 * Encrypts a stream to a passphrase in the age format, as `age --decrypt` and every other implementation reads it; 64 KiB
 * at a time, so the size does not matter. A file that was cut is refused when it is opened.
 *
 * @param logN work factor of scrypt, base 2
 */
export function encryptToPassphrase(
  content: ReadableStream<Uint8Array>,
  passphrase: string,
  logN: number = LOG_N,
): Promise<ReadableStream<Uint8Array>> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(passphraseRecipient(passphrase, logN));
  return encrypter.encrypt(content);
}
