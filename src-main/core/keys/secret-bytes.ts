import type { RandomBytes } from './envelope.ts';

/**
 * Bytes for a key, at one place until they are zeroed. V8 keeps small typed arrays (up to 64 bytes) on its own heap, and
 * leaves a copy behind whenever it moves them; what has an ArrayBuffer of its own stays where it is.
 */
export const secretBytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(new ArrayBuffer(length));

export function copySecret(secret: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = secretBytes(secret.length);
  copy.set(secret);
  return copy;
}

/** Random bytes for a key; the draw itself is zeroed. */
export function randomSecret(length: number, randomBytes: RandomBytes): Uint8Array<ArrayBuffer> {
  const drawn = randomBytes(length);
  const secret = copySecret(drawn);
  drawn.fill(0);
  return secret;
}

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAD = 0x3d;

/** base64 as bytes, since a string can't be zeroed. */
export function encodeBase64(secret: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = secretBytes(Math.ceil(secret.length / 3) * 4);
  for (let i = 0, at = 0; i < secret.length; i += 3) {
    const group = (secret[i]! << 16) | ((secret[i + 1] ?? 0) << 8) | (secret[i + 2] ?? 0);
    const characters = Math.min(secret.length - i, 3) + 1;
    for (let c = 0; c < 4; c++) text[at++] = c < characters ? ALPHABET[(group >> (18 - 6 * c)) & 63]! : PAD;
  }
  return text;
}

/** Reads what `encodeBase64` wrote; null for anything else. */
export function decodeBase64(text: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0 || text.length === 0) return null;
  const padding = text.at(-1) !== PAD ? 0 : text.at(-2) !== PAD ? 1 : 2;
  const secret = secretBytes((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4) {
    let group = 0;
    for (let c = 0; c < 4; c++) {
      const isPadding = i + c >= text.length - padding;
      const value = isPadding ? 0 : ALPHABET.indexOf(text[i + c]!);
      if (value < 0) {
        secret.fill(0);
        return null;
      }
      group = (group << 6) | value;
    }
    for (let shift = 16; shift >= 0 && at < secret.length; shift -= 8) secret[at++] = (group >> shift) & 255;
  }
  return secret;
}
