import { trimEnds } from './trim-ends.ts';

/** Longest text that is searched for an address; what a scanner or a cell delivers is far shorter. */
const MAX_TEXT = 2048;

const H2 = '[0-9A-F]{2}';
const H4 = '[0-9A-F]{4}';
const H6 = '[0-9A-F]{6}';

/** The notations of a text that is an address and nothing else. The separator must be the same throughout. */
const whole = new RegExp(
  `^(?:${H2}([:\\-. _])(?:${H2}\\1){4}${H2}|${H4}([.:\\- ])${H4}\\2${H4}|${H6}[:\\- ]${H6}|[0-9A-F]{12})$`,
);

// A match inside a longer chain (an EUI-64, an IPv6 address) or a longer word is not a MAC. A pair before the match
// lengthens the chain only if it begins a word: "MAC:" ends in two hexadecimal digits as well.
const chain = (group: string, separators: string, repeat: number) =>
  new RegExp(
    `(?<![0-9A-Z])(?<!(?<![0-9A-Z])${group}[${separators}])(${group})([${separators}])(${group}\\2){${repeat}}${group}(?![0-9A-Z])(?![${separators}]${group}(?![0-9A-Z]))`,
    'g',
  );
const embedded = [chain(H2, ':-', 4), chain(H4, '.', 1)];
/** Bare digits inside other text. Unlabelled, twelve decimal digits are more likely an article or order number. */
const bare = /(?<![0-9A-Z])[0-9A-F]{12}(?![0-9A-Z])/g;
const labelledBare = /(?<![0-9A-Z])(?:MAC|BD_?ADDR|ADDR(?:ESS)?|BLE?|BT)["'\s:=#/-]{0,5}([0-9A-F]{12})(?![0-9A-Z])/g;
/**
 * GS1 element strings without brackets (GS1 General Specifications, 7.8): an article number (01), then a serial number
 * (21) that is an address. A symbology identifier may come first, and FNC1 (group separator) before each element.
 */
const gs1 = /^(?:\][A-Z]\d)?\p{Cc}?01\d{14}\p{Cc}?21([0-9A-F]{12})(?![0-9A-Z])/u;
const uuid = /[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/g;

/**
 * Reads a MAC address from what a scanner, a person or a file supplies: with colons, dashes, dots (Cisco), spaces or
 * nothing between the digits, in any case, after a prefix such as `MAC:`, or within the text of a QR code or URL.
 *
 * @returns `AA:BB:CC:DD:EE:FF`, or null when the text has no address (part of one, an EAN, a UUID) or more than one.
 */
export function normaliseMac(text: string): string | null {
  if (text.length > MAX_TEXT) return null;
  const clean = trimEnds(text, outside).toUpperCase();
  if (whole.test(clean)) return grouped(clean);
  const content = clean.replaceAll('%3A', ':').replaceAll('%2D', '-').replace(uuid, ' UUID ');
  const found = new Set<string>();
  for (const pattern of embedded) for (const match of content.matchAll(pattern)) found.add(grouped(match[0]));
  for (const match of content.matchAll(bare)) if (/[A-F]/.test(match[0])) found.add(grouped(match[0]));
  const serial = gs1.exec(content)?.[1];
  if (serial !== undefined && /[A-F]/.test(serial)) found.add(grouped(serial));
  for (const match of content.matchAll(labelledBare)) found.add(grouped(match[1]!));
  const [only] = found;
  return found.size === 1 ? only! : null;
}

/** The address with its bytes in reverse order, as some factories and radio tools print addresses. */
export function reverseMac(mac: string): string {
  return mac.split(':').reverse().join(':');
}

/** Six bytes as `AA:BB:CC:DD:EE:FF`. */
export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(':');
}

// Wedge scanners add tabs, line ends, NUL or AIM control characters; files add a byte order mark.
const outside = (character: string) => character <= ' ' || /[\u007f-\u00a0\u200b\ufeff\s]/.test(character);

const grouped = (text: string) =>
  text
    .replace(/[^0-9A-F]/g, '')
    .match(/../g)!
    .join(':');
