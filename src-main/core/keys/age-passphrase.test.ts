import { randomBytes } from 'node:crypto';
import { Decrypter } from 'age-encryption';
import { expect, test } from 'vitest';
import { encryptToPassphrase } from './age-passphrase.ts';

/** Quick; the real work factor is in the test of the route. */
const LOG_N = 10;
const content = randomBytes(3 * 64 * 1024 + 17);

const streamOf = (parts: readonly Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
const encrypt = async (parts: readonly Uint8Array[], passphrase: string) =>
  new Uint8Array(await new Response(await encryptToPassphrase(streamOf(parts), passphrase, LOG_N)).arrayBuffer());
const decrypt = (file: Uint8Array, passphrase: string) => {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  return decrypter.decrypt(file);
};

test('opens with its passphrase, whatever the pieces it came in', async () => {
  for (const size of [content.length, 1000, 64 * 1024]) {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < content.length; at += size) parts.push(content.subarray(at, at + size));
    const file = await encrypt(parts, 'a good passphrase');
    expect(Buffer.compare(await decrypt(file, 'a good passphrase'), content)).toBe(0);
  }
  expect(await decrypt(await encrypt([], 'a good passphrase'), 'a good passphrase')).toHaveLength(0);
});

test('does not open with another passphrase, cut, or changed', async () => {
  const file = await encrypt([content], 'a good passphrase');
  await expect(decrypt(file, 'another passphrase')).rejects.toThrow();
  for (const length of [file.length - 1, file.length - 64 * 1024, 150]) {
    await expect(decrypt(file.subarray(0, length), 'a good passphrase')).rejects.toThrow();
  }
  const changed = file.slice();
  changed[changed.length - 100]! ^= 1;
  await expect(decrypt(changed, 'a good passphrase')).rejects.toThrow();
});
