import { HASHED_KEY_BYTES, KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { trimEnds } from '../../../../src-shared/domain/trim-ends.ts';
import { decodeBytes } from '../../keys/decode-bytes.ts';

export const isBlank = (character: string) => /[\s\ufeff\u200b]/.test(character);

/**
 * The value of a cell as people mean it: without spaces around, without the apostrophe or `="…"` that keeps spreadsheet
 * programs from changing it.
 */
export function cleanCell(text: string | undefined): string {
  // Two halves of surrogate pairs differ in a file, but not in the database.
  const trimmed = trimEnds(text ?? '', isBlank).toWellFormed();
  const wrapped = /^="(.*)"$/s.exec(trimmed);
  if (wrapped) return (wrapped[1] as string).trim();
  return trimmed.startsWith("'") ? trimmed.slice(1).trim() : trimmed;
}

/** A long number as spreadsheet programs write it when they have lost its last digits: `1.23457E+17`. */
export const shortenedNumber = /^\d+(?:[.,]\d+)?E\+\d+$/i;

/** A run of characters at least as long as a private key in base64 or hexadecimal. */
const isKeyLike = (text: string) => text.split(/[^A-Za-z0-9+/=_-]/).some((run) => run.length >= 36);

/**
 * Whether a cell of a file with private keys could be one, whichever column it stands in: rows shift, columns are
 * swapped, headers are missing. A hashed key of 32 bytes is not one.
 */
export const mayBePrivateKey = (cell: string) => {
  const text = cleanCell(cell);
  if (decodeBytes(text, HASHED_KEY_BYTES)) return false;
  return decodeBytes(text, KEY_BYTES) !== null || isKeyLike(text);
};

/** As a cell is kept and shown. */
export const storableCell = (text: string) => storableText(text, 2000);
