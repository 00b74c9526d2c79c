import { readGs1 } from './gs1.ts';
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
/** What a scanner puts before the text to say which kind of code it was (ISO/IEC 15424), and character sets of its own. */
const symbologyIdentifier = /^\][A-Z][0-9A-Z](?:\\\d{6})?/;
/** Kinds of codes whose text is GS1 data: GS1-128, DataBar, Data Matrix, QR Code, DotCode. */
const gs1Symbologies = [']C1', ']E0', ']D2', ']Q3', ']J1'];
/** Where GS1 data has the serial number, which is the MAC address of most devices. */
export const SERIAL_IDENTIFIER = '21';
const usual: readonly string[] = [SERIAL_IDENTIFIER];
const uuid = /[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/g;

/**
 * The address in GS1 data: the value of one of the identifiers where that is one, or else the only other value that is.
 * A number of twelve decimal digits is a serial number as such, and an address only where somebody said that it is one.
 */
function gs1Mac(text: string, isGs1: boolean, identifiers: readonly string[]): string | null {
  const reading = readGs1(text);
  if (!reading) return null;
  const said = (identifier: string) => identifier !== SERIAL_IDENTIFIER && identifiers.includes(identifier);
  const addresses = reading.elements.flatMap(({ identifier, value }) =>
    whole.test(value) && (!/^\d+$/.test(value) || said(identifier)) ? { identifier, mac: grouped(value) } : [],
  );
  const meant = addresses.filter(({ identifier }) => identifiers.includes(identifier));
  const others = isGs1 || reading.certain ? addresses : [];
  const found = new Set((meant.length > 0 ? meant : others).map(({ mac }) => mac));
  return found.size === 1 ? [...found][0]! : null;
}

/**
 * Reads a MAC address from what a scanner, a person or a file supplies: with colons, dashes, dots (Cisco), spaces or
 * nothing between the digits, in any case, after a prefix such as `MAC:`, within the text of a QR code or URL, or in GS1
 * data (`gs1.ts`). A symbology identifier before it is left out.
 *
 * @param identifiers of the GS1 elements that have it, by the profiles of manufacturers; the serial number by default
 * @returns `AA:BB:CC:DD:EE:FF`, or null when the text has no address (part of one, an EAN, a UUID) or more than one.
 */
export function normaliseMac(text: string, identifiers: readonly string[] = usual): string | null {
  if (text.length > MAX_TEXT) return null;
  const sent = trimEnds(text, outside).toUpperCase();
  const symbology = symbologyIdentifier.exec(sent)?.[0] ?? '';
  const clean = trimEnds(sent.slice(symbology.length), outside);
  if (whole.test(clean)) return grouped(clean);
  const ofGs1 = gs1Mac(clean, gs1Symbologies.includes(symbology.slice(0, 3)), identifiers);
  if (ofGs1 !== null) return ofGs1;
  const content = clean.replaceAll('%3A', ':').replaceAll('%2D', '-').replace(uuid, ' UUID ');
  const found = new Set<string>();
  for (const pattern of embedded) for (const match of content.matchAll(pattern)) found.add(grouped(match[0]));
  for (const match of content.matchAll(bare)) if (/[A-F]/.test(match[0])) found.add(grouped(match[0]));
  for (const match of content.matchAll(labelledBare)) found.add(grouped(match[1]!));
  const [only] = found;
  return found.size === 1 ? only! : null;
}

/** Whether a text is an address and nothing else, so that it needs no identifiers to be read. */
export const isBareMac = (text: string): boolean =>
  whole.test(trimEnds(text.slice(0, MAX_TEXT), outside).toUpperCase());

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
