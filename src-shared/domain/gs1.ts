/**
 * Reads the data of GS1 codes by the tables of the GS1 General Specifications (release 25, 3.2 and 7.8) and of the GS1
 * Digital Link URI Syntax (1.6, 4.2).
 */

/** The characters that a value has: just as many, or up to as many. */
interface Length {
  fixed: boolean;
  characters: number;
}

/**
 * Identifiers by their length in digits. `x` stands for any digit, `a-b` for a range; a length of `..n` may be shorter.
 * Fixed lengths are digits, but for a few country codes.
 */
const lengthsOf = `
00 18, 01 14, 02 14, 03 14, 10 ..20, 11-13 6, 15-17 6, 20 2, 21 ..20, 22 ..20, 235 ..28, 240-241 ..30, 242 ..6,
243 ..20, 250-251 ..30, 253 ..30, 254 ..20, 255 ..25, 30 ..8, 31xx 6, 32xx 6, 33xx 6, 34xx 6, 35xx 6, 36xx 6, 37 ..8,
390x ..15, 391x ..18, 392x ..15, 393x ..18, 394x 4, 395x 6, 400-401 ..30, 402 17, 403 ..30, 410-417 13, 420 ..20,
421 ..12, 422 3, 423 ..15, 424 3, 425 ..15, 426 3, 427 ..3, 4300-4301 ..35, 4302-4306 ..70, 4307 2, 4308 ..30, 4309 20,
4310-4311 ..35, 4312-4316 ..70, 4317 2, 4318 ..20, 4319 ..30, 4320 ..35, 4321-4323 1, 4324-4325 10, 4326 6,
4330-4333 ..7, 7001 13, 7002 ..30, 7003 10, 7004 ..4, 7005 ..12, 7006 6, 7007 ..12, 7008 ..3, 7009 ..10, 7010 ..2,
7011 ..10, 7020-7022 ..20, 7023 ..30, 703x ..30, 7040 4, 7041 ..4, 710-717 ..20, 723x ..30, 7240 ..20, 7241 2, 7242 ..25,
7250 8, 7251 12, 7252 1, 7253-7254 ..40, 7255 ..10, 7256 ..90, 7257 ..70, 7258 3, 7259 ..40, 8001 14, 8002 ..20,
8003 ..30, 8004 ..30, 8005 6, 8006 18, 8007 ..34, 8008 ..12, 8009 ..50, 8010 ..30, 8011 ..12, 8012 ..20, 8013-8014 ..25,
8017-8018 18, 8019 ..10, 8020 ..25, 8026 18, 8030 ..90, 8110 ..70, 8111 4, 8112 ..70, 8200 ..70, 90 ..30, 91-99 ..90`;

const identifiers = new Map<string, Length>(
  lengthsOf.split(',').flatMap((entry) => {
    const [which, length] = entry.trim().split(' ') as [string, string];
    const value = { fixed: !length.startsWith('..'), characters: Number(length.replace('..', '')) };
    return spelledOut(which).map((identifier) => [identifier, value] as const);
  }),
);

function spelledOut(which: string): string[] {
  const [first, last] = which.split('-') as [string, string?];
  if (last !== undefined) {
    const count = Number(last) - Number(first) + 1;
    return Array.from({ length: count }, (_, i) => String(Number(first) + i).padStart(first.length, '0'));
  }
  const free = which.split('x').length - 1;
  return Array.from({ length: 10 ** free }, (_, i) =>
    free === 0 ? which : which.slice(0, -free) + String(i).padStart(free, '0'),
  );
}

/** Whether this is an identifier of GS1 data, as `21` is of a serial number. */
export const isGs1Identifier = (text: string): boolean => identifiers.has(text);

export interface Gs1Element {
  identifier: string;
  value: string;
}

export interface Gs1Reading {
  /** The elements of every way in which the text can be read; of most texts there is one. */
  elements: Gs1Element[];
  /** Whether the form alone says that it is GS1 data: parentheses, separators, a web address, an article number. */
  certain: boolean;
}

/** Group separator, which scanners send for FNC1. Some write its name instead. */
const SEPARATOR = '\u001d';
const writtenSeparator = /<GS>|\{GS\}|\[GS\]|<FNC1>|\{FNC1\}/gi;
/** No GS1 code holds more. */
const MAX_TEXT = 512;

/**
 * The elements of GS1 data: an element string with any identifiers in any order, with or without separators, with
 * parentheses as people read it, or a GS1 Digital Link. Null for any other text. @param text without symbology identifier
 */
export function readGs1(text: string): Gs1Reading | null {
  if (text.length > MAX_TEXT) return null;
  if (/^https?:\/\//i.test(text)) return certainly(linkElements(text));
  if (text.startsWith('(')) return certainly(bracketed(text));
  return elementString(text.replace(writtenSeparator, SEPARATOR));
}

const certainly = (elements: Gs1Element[] | null) => (elements === null ? null : { elements, certain: true });

const identifierAt = (text: string, at: number) =>
  [2, 3, 4].map((digits) => text.slice(at, at + digits)).find((identifier) => identifiers.has(identifier));

const fits = ({ identifier, value }: Gs1Element) => {
  const length = identifiers.get(identifier);
  if (!length || value === '') return false;
  return length.fixed ? value.length === length.characters : value.length <= length.characters;
};

function bracketed(text: string): Gs1Element[] | null {
  const starts = [...text.matchAll(/\((\d{2,4})\)/g)].filter(([, identifier]) => identifiers.has(identifier!));
  if (starts[0]?.index !== 0) return null;
  const elements = starts.map((start, i) => ({
    identifier: start[1]!,
    value: text
      .slice(start.index + start[0].length, starts[i + 1]?.index)
      .replaceAll(SEPARATOR, '')
      .trim(),
  }));
  return elements.every(fits) ? elements : null;
}

/**
 * From its end, so that each rest of the text is read once. A value of variable length ends at a separator. Where a
 * scanner leaves all of them out, it may end wherever the rest can be read.
 */
function elementString(text: string): Gs1Reading | null {
  const body = text.startsWith(SEPARATOR) ? text.slice(1) : text;
  const separated = body.includes(SEPARATOR);
  /** Elements of all readings of the rest from each place, by themselves so that each stands there once; null: none. */
  const rests: (Map<string, Gs1Element> | null)[] = Array(body.length + 1).fill(null);
  rests[body.length] = new Map();
  for (let at = body.length - 1; at >= 0; at--) {
    if (body[at] === SEPARATOR) {
      rests[at] = rests[at + 1]!;
      continue;
    }
    const identifier = identifierAt(body, at);
    if (identifier === undefined) continue;
    const from = at + identifier.length;
    for (const end of endsOf(body, from, identifiers.get(identifier)!, separated)) {
      const rest = rests[end];
      if (!rest) continue;
      const value = body.slice(from, end);
      const here = rests[at] ?? new Map<string, Gs1Element>();
      here.set(`${identifier} ${value}`, { identifier, value });
      for (const [key, other] of rest) here.set(key, other);
      rests[at] = here;
    }
  }
  const all = rests[0];
  if (!all || all.size === 0) return null;
  const elements = [...all.values()];
  return { elements, certain: separated || text !== body || elements.some(isArticle) };
}

const isArticle = ({ identifier }: Gs1Element) => identifier === '01' || identifier === '02';

/** Where a value that begins at `from` may end. */
function endsOf(text: string, from: number, length: Length, separated: boolean): number[] {
  if (length.fixed) {
    const value = text.slice(from, from + length.characters);
    return value.length === length.characters && !value.includes(SEPARATOR) ? [from + length.characters] : [];
  }
  const separator = text.indexOf(SEPARATOR, from);
  const end = separator < 0 ? text.length : separator;
  if (separated) return end > from && end - from <= length.characters ? [end] : [];
  return Array.from({ length: Math.min(length.characters, end - from) }, (_, i) => from + i + 1);
}

/** Identifiers that a Digital Link begins with (4.3). */
const primaryKeys = new Set('00 01 253 255 401 402 414 415 417 8003 8004 8006 8010 8013 8017 8018'.split(' '));

/** A GS1 Digital Link: pairs of identifier and value in the path, more of them in the query. */
function linkElements(text: string): Gs1Element[] | null {
  const [path, query] = (text.split('#', 1)[0] as string).split('?', 2) as [string, string?];
  const parts = path.split('/').slice(3);
  const start = parts.findIndex((part) => primaryKeys.has(part));
  if (start < 0) return null;
  const pairs: [string, string][] = [];
  for (let i = start; i + 1 < parts.length; i += 2) pairs.push([parts[i]!, parts[i + 1]!]);
  for (const part of (query ?? '').split(/[&;]/)) {
    const [key, value] = part.split('=', 2) as [string, string?];
    if (identifiers.has(key) && value) pairs.push([key, value]);
  }
  const elements = pairs.map(([identifier, value]) => ({ identifier, value: decoded(value) }));
  return elements.every(({ identifier, value }) => identifiers.has(identifier) && value !== '') ? elements : null;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
