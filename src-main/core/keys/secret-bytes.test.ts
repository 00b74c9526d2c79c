import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copySecret, decodeBase64, encodeBase64, randomSecret } from './secret-bytes.ts';

test('base64 in bytes is what it is in text, and comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
      const text = encodeBase64(bytes);
      expect(Buffer.from(text).toString()).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(text)).toEqual(bytes);
    }),
  );
});

test.each(['', 'AAA', 'AA A', 'AAA\n', 'AA=A', '====', 'AAA-'])('%j is no base64', (text) => {
  expect(decodeBase64(Buffer.from(text))).toBeNull();
});

test('a copy has memory of its own, and what a random key was drawn into is zeroed', () => {
  const drawn = new Uint8Array(32).fill(7);
  const secret = randomSecret(32, () => drawn);
  expect(secret).toEqual(new Uint8Array(32).fill(7));
  expect(drawn).toEqual(new Uint8Array(32));
  expect(copySecret(secret.subarray(0, 28)).buffer.byteLength).toBe(28);
});
