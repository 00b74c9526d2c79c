/** WGS 84, degrees. */
export interface Position {
  latitude: number;
  longitude: number;
}

type Axis = 'latitude' | 'longitude';
type Token =
  | { kind: 'number'; value: number; whole: boolean }
  | { kind: 'sign'; negative: boolean }
  | { kind: 'mark'; rank: 0 | 1 | 2 }
  | { kind: 'axis'; axis: Axis; negative: boolean }
  | { kind: 'separator' };
interface Angle {
  value: number;
  axis: Axis | null;
  numbers: number;
}

/** The longest text that is looked at; the longest usual notation has about 60 characters. */
const LONGEST = 100;
const LIMITS: Record<Axis, number> = { latitude: 90, longitude: 180 };

/**
 * Reads a pair of coordinates in any usual notation: decimal degrees with a point or, as in German, a comma; degrees,
 * minutes and seconds with or without their marks; signs or the letters N, S, E and W before or behind; `geo:` addresses
 * (RFC 5870) and ISO 6709. Latitude comes first unless letters say otherwise.
 *
 * The letter O is not read: it is east in German and west in Spanish, French and Italian.
 * @returns null where the text is not a pair, or lies outside ±90 and ±180 degrees
 */
export function parsePosition(text: string): Position | null {
  const plain = plainOf(withoutScheme(text));
  // A comma between digits is a decimal one where the text makes sense so, and parts the two otherwise.
  for (const decimals of ['.,', '.']) {
    const tokens = tokensOf(plain, decimals);
    const position = tokens && pairOf(tokens);
    if (position) return position;
  }
  return null;
}

/**
 * Reads one coordinate, with a point or a comma, signs, letters and marks as above.
 * @returns null where the text is not one, lies outside the axis's limits, or names the other axis
 */
export function parseDegrees(text: string, axis: Axis): number | null {
  const tokens = tokensOf(plainOf(text), '.,');
  const angle = tokens && angleOf(tokens);
  if (!angle || (angle.axis !== null && angle.axis !== axis)) return null;
  return within(angle.value, axis);
}

/** What stands between `geo:` and its parameters. */
const withoutScheme = (text: string): string =>
  /^geo:/i.test(text.trim()) ? text.trim().slice(4).split(/[;?]/, 1)[0]! : text;

const within = (value: number, axis: Axis): number | null => (Math.abs(value) <= LIMITS[axis] ? value : null);

/** Capital letters, and one character for each of the marks that people and programs write. */
const plainOf = (text: string): string =>
  text
    .slice(0, LONGEST + 1)
    .replace(/[\u2212\u2010-\u2015]/g, '-')
    .replace(/[\u2032\u2018\u2019\u00b4\u02b9`]/g, "'")
    .replace(/[\u2033\u201c\u201d\u02ba]|''/g, '"')
    .replace(/[\u00ba\u02da]/g, '°')
    .normalize('NFKC')
    .toUpperCase();

const WORDS: Record<string, Token> = {
  N: { kind: 'axis', axis: 'latitude', negative: false },
  S: { kind: 'axis', axis: 'latitude', negative: true },
  E: { kind: 'axis', axis: 'longitude', negative: false },
  W: { kind: 'axis', axis: 'longitude', negative: true },
  LAT: { kind: 'axis', axis: 'latitude', negative: false },
  LATITUDE: { kind: 'axis', axis: 'latitude', negative: false },
  LON: { kind: 'axis', axis: 'longitude', negative: false },
  LNG: { kind: 'axis', axis: 'longitude', negative: false },
  LONG: { kind: 'axis', axis: 'longitude', negative: false },
  LONGITUDE: { kind: 'axis', axis: 'longitude', negative: false },
  DEG: { kind: 'mark', rank: 0 },
  MIN: { kind: 'mark', rank: 1 },
  SEC: { kind: 'mark', rank: 2 },
};
const MARKS = '°\'"';

/** Null where the text holds anything else than what coordinates are written with. */
function tokensOf(text: string, decimals: string): Token[] | null {
  if (text.length > LONGEST) return null;
  const tokens: Token[] = [];
  const parts = text.match(decimals === '.' ? /\d+(?:\.\d+)?|[A-Z]+|\S/g : /\d+(?:[.,]\d+)?|[A-Z]+|\S/g) ?? [];
  for (const part of parts) {
    if (/^\d/.test(part)) {
      const value = Number(part.replace(',', '.'));
      tokens.push({ kind: 'number', value, whole: /^\d+$/.test(part) });
    } else if (part === '+' || part === '-') tokens.push({ kind: 'sign', negative: part === '-' });
    else if (MARKS.includes(part)) tokens.push({ kind: 'mark', rank: MARKS.indexOf(part) as 0 | 1 | 2 });
    else if (WORDS[part]) tokens.push(WORDS[part]);
    else if (',;/|'.includes(part)) tokens.push({ kind: 'separator' });
    // As in `lat: 53.5, lon: 10` and `(53.5, 10)`.
    else if (!':=()[]'.includes(part)) return null;
  }
  while (tokens.at(-1)?.kind === 'separator') tokens.pop();
  return tokens;
}

/** The one way to part the tokens into two angles. */
function pairOf(tokens: readonly Token[]): Position | null {
  const at = tokens.findIndex(({ kind }) => kind === 'separator');
  if (at >= 0) return joined(angleOf(tokens.slice(0, at)), angleOf(tokens.slice(at + 1)));
  let found: Position | null = null;
  for (let split = 1; split < tokens.length; split++) {
    const first = angleOf(tokens.slice(0, split));
    const second = angleOf(tokens.slice(split));
    // Without a separator both are written alike, or a letter or a mark says where the second begins.
    if (!first || !second || (first.numbers !== second.numbers && !isParted(tokens, split))) continue;
    const position = joined(first, second);
    if (position && first.numbers === second.numbers) return position;
    found ??= position;
  }
  return found;
}

const isParted = (tokens: readonly Token[], split: number): boolean =>
  tokens[split]!.kind !== 'number' || tokens[split - 1]!.kind === 'axis' || isDegrees(tokens[split + 1]);
const isDegrees = (token: Token | undefined): boolean => token?.kind === 'mark' && token.rank === 0;

function joined(first: Angle | null, second: Angle | null): Position | null {
  if (!first || !second) return null;
  const swapped = first.axis === 'longitude' || second.axis === 'latitude';
  if (swapped && (first.axis === 'latitude' || second.axis === 'longitude')) return null;
  if (first.axis !== null && first.axis === second.axis) return null;
  const latitude = within((swapped ? second : first).value, 'latitude');
  const longitude = within((swapped ? first : second).value, 'longitude');
  return latitude === null || longitude === null ? null : { latitude, longitude };
}

/** One angle: a letter before or behind, a sign, and up to three numbers, of which only the last may have a fraction. */
function angleOf(tokens: readonly Token[]): Angle | null {
  let rest = [...tokens];
  const letters = [rest[0], rest.at(-1)].filter((token) => token?.kind === 'axis');
  if (letters.length > 1) return null;
  const [letter] = letters;
  rest = rest.filter((token) => token !== letter);
  const sign = rest[0]?.kind === 'sign' ? rest.shift() : undefined;
  const numbers: number[] = [];
  let closed = false;
  for (let at = 0; at < rest.length; at++) {
    const token = rest[at]!;
    if (token.kind !== 'number' || closed || numbers.length === 3) return null;
    const next = rest[at + 1];
    if (next?.kind === 'mark') {
      if (next.rank !== numbers.length) return null;
      at++;
    }
    if (numbers.length > 0 && token.value >= 60) return null;
    closed = !token.whole;
    numbers.push(token.value);
  }
  const [degrees, minutes = 0, seconds = 0] = numbers;
  if (degrees === undefined) return null;
  const south = letter?.kind === 'axis' && letter.negative;
  const minus = sign?.kind === 'sign' && sign.negative;
  if (south && sign) return null;
  const size = degrees + minutes / 60 + seconds / 3600;
  return {
    value: south || minus ? -size : size,
    axis: letter?.kind === 'axis' ? letter.axis : null,
    numbers: numbers.length,
  };
}
