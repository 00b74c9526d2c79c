/** A geometry as GeoJSON and WKT have in common: its kind, and nested lists that end in numbers. */
export interface Geometry {
  type: string;
  coordinates: unknown;
}

const kinds = ['POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON'];
const NOT_READ = 'This WKT is incomplete or has a wrong character. Copy all of it.';
/** How deep lists lie in each other at most: those of a MultiPolygon. */
const DEPTH = 4;

/**
 * Reads well-known text (OGC 06-103r4), with or without `SRID=4326;` before it and Z or M behind the kind. Runs in linear time.
 */
export function readWkt(text: string): { geometry: Geometry } | { problem: string } {
  const [, srid, rest = text] = /^SRID=(\d{1,6});([\s\S]*)$/i.exec(text) ?? [];
  if (srid !== undefined && srid !== '4326')
    return {
      problem: `These are coordinates of SRID ${srid}. Convert the shape to WGS 84 (EPSG:4326), and paste that.`,
    };
  const opens = rest.indexOf('(');
  const words = (opens < 0 ? rest : rest.slice(0, opens)).toUpperCase().split(/\s+/).filter(Boolean);
  const isEmpty = words.at(-1) === 'EMPTY';
  const [word = '', ...marks] = isEmpty ? words.slice(0, -1) : words;
  if (!/^[A-Z]+$/.test(word) || marks.length > 1 || (opens < 0 && !isEmpty))
    return { problem: 'This is neither GeoJSON nor WKT. Paste a Polygon or a MultiPolygon.' };
  // POLYGONZ is written too.
  const type = kinds.find((kind) => word === kind || [`${kind}Z`, `${kind}M`, `${kind}ZM`].includes(word)) ?? word;
  if (isEmpty) return { geometry: { type, coordinates: [] } };
  const body = rest.slice(opens).trim();
  const read = readList(body, 0, 1);
  if (read === null || body.slice(read.end).trim() !== '') return { problem: NOT_READ };
  // A point's own brackets hold its numbers.
  return { geometry: { type, coordinates: type === 'POINT' ? read.list[0] : read.list } };
}

const number = /\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)(?=[\s,)])/iy;

/** A list in brackets: of lists, or of positions between commas. `start` is where its bracket opens. */
function readList(text: string, start: number, depth: number): { list: unknown[]; end: number } | null {
  let at = skipBlank(text, start);
  if (text[at] !== '(' || depth > DEPTH) return null;
  const list: unknown[] = [];
  do {
    at = skipBlank(text, at + 1);
    const item = text[at] === '(' ? readList(text, at, depth + 1) : readPosition(text, at);
    if (!item) return null;
    list.push(item.list);
    at = skipBlank(text, item.end);
  } while (text[at] === ',');
  return text[at] === ')' ? { list, end: at + 1 } : null;
}

function readPosition(text: string, start: number): { list: number[]; end: number } | null {
  const list: number[] = [];
  let end = start;
  while (list.length < 5) {
    number.lastIndex = end;
    const found = number.exec(text);
    if (!found) break;
    list.push(Number(found[1]));
    end = number.lastIndex;
  }
  return list.length >= 2 && list.length <= 4 ? { list, end } : null;
}

function skipBlank(text: string, start: number): number {
  let at = start;
  while (at < text.length && (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r')) at++;
  return at;
}
