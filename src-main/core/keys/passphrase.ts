import { AppError } from '../platform/errors.ts';
import type { RandomBytes } from './envelope.ts';

/** Crockford's base 32: no I, L, O or U, so that a printed passphrase can be typed back. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 7;
const GROUP_LENGTH = 4;
const MIN_LENGTH = 12;

/** A passphrase of 140 random bits in groups, as in `7H2K-…-9QXM`. */
export function generatePassphrase(randomBytes: RandomBytes): string {
  // 256 is a multiple of 32, so that the low five bits of a byte are uniform.
  const characters = Array.from(randomBytes(GROUPS * GROUP_LENGTH), (byte) => ALPHABET[byte & 31]!).join('');
  return characters.match(/.{4}/g)!.join('-');
}

/**
 * One form for what a person may type in several: Unicode NFKC, no space around; and for a generated passphrase any
 * case, with or without dashes, O for 0 and I or L for 1.
 */
export function normalisePassphrase(text: string): string {
  const normal = text.normalize('NFKC').trim();
  const compact = normal.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  const generated = compact.length === GROUPS * GROUP_LENGTH && [...compact].every((c) => ALPHABET.includes(c));
  return generated ? compact.match(/.{4}/g)!.join('-') : normal;
}

/** Refuses a passphrase that is too short to protect anything: AppError `validation-failed`. */
export function checkNewPassphrase(text: string): string {
  const passphrase = normalisePassphrase(text);
  if (passphrase.length < MIN_LENGTH) {
    const message = `Choose a passphrase of at least ${MIN_LENGTH} characters.`;
    throw new AppError('validation-failed', message, { fields: [{ path: 'passphrase', message }] });
  }
  return passphrase;
}
