/** The longest code that a run period keeps as its goods reference. UTF-16 units. */
const LONGEST = 100;

/** What doesn't show, or turns the order of others round, so that a code reads as another. */
const deceiving = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]/u;

/**
 * The code of the goods in a scanned text, as it is kept: trimmed, composed, one space for any white space within. It
 * may be any barcode. Null when nothing is left, when it is longer than 100 characters or holds control characters.
 */
export function goodsCode(scanned: string): string | null {
  const trimmed = scanned.trim();
  if (deceiving.test(trimmed)) return null;
  const code = trimmed.normalize('NFC').replace(/\s+/gu, ' ');
  return code.length >= 1 && code.length <= LONGEST ? code : null;
}
