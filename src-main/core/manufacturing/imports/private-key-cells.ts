import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { decodeBytes } from '../../keys/decode-bytes.ts';
import { isScalar } from '../../keys/p224/p224.ts';
import { cleanCell } from './cells.ts';

/** OpenHaystack keeps a private key as an uncompressed point (04 X Y) with the scalar after it. */
const POINT_AND_SCALAR_BYTES = 1 + 3 * KEY_BYTES;

export interface ReadPrivateKey {
  /** 28 bytes */
  scalar: Buffer;
  /** X of the point that stood before the scalar; null where there was none. */
  pointX: Buffer | null;
}

/**
 * The values in one cell: one, several with spaces, commas or semicolons between them, or a JSON array of them, as other
 * elements of a JSON file come.
 */
export function valuesOf(cell: string | undefined, isOne: (text: string) => boolean): string[] {
  const text = cleanCell(cell);
  if (text === '') return [];
  if (text.startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (Array.isArray(parsed)) return parsed.map(String);
    } catch {
      // What looks like an array and is none is one value, which its reader refuses.
    }
    return [text];
  }
  // Hexadecimal may have spaces within it.
  return isOne(text) ? [text] : text.split(/[\s,;]+/).filter(Boolean);
}

/** Whether a text is one private key in any notation. */
export const isPrivateKey = (text: string) =>
  decodeBytes(text, KEY_BYTES) !== null || decodeBytes(text, POINT_AND_SCALAR_BYTES) !== null;

/** Reads a private key in any notation: 28 bytes, or 85 with its point. Says what is wrong with another text. */
export function readPrivateKey(text: string): ReadPrivateKey | { code: string; message: string } {
  const long = decodeBytes(text, POINT_AND_SCALAR_BYTES);
  const scalar = long ? long.subarray(-KEY_BYTES) : decodeBytes(text, KEY_BYTES);
  if (!scalar)
    return { code: 'malformed-key', message: 'This is not a private key: 28 bytes in base64 or hexadecimal.' };
  if (!isScalar(scalar))
    return { code: 'invalid-key', message: 'The private key is outside the range that P-224 allows.' };
  return { scalar, pointX: long ? long.subarray(1, 1 + KEY_BYTES) : null };
}
