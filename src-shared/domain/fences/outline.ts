/** Longitude and latitude in WGS 84 degrees, as in GeoJSON. */
export type Corner = [longitude: number, latitude: number];
/** Shells with their holes; each ring ends where it begins. */
export type Outline = Corner[][][];

const MOST_CORNERS = 10_000;
const MOST_PARTS = 50;
const MOST_AREA_M2 = 1e13;
const MEAN_RADIUS_M = 6_371_009;
const RADIANS = Math.PI / 180;

/** Why an outline is refused, as a sentence, and where. */
export interface OutlineProblem {
  message: string;
  at?: Corner;
}

type Vector = readonly [x: number, y: number, z: number];
/** A great circle from one corner to the next. */
interface Edge {
  from: Vector;
  to: Vector;
  normal: Vector;
  ring: number;
  n: number;
  corner: Corner;
}

const vector = ([longitude, latitude]: Corner): Vector => {
  const cos = Math.cos(latitude * RADIANS);
  return [cos * Math.cos(longitude * RADIANS), cos * Math.sin(longitude * RADIANS), Math.sin(latitude * RADIANS)];
};
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const wrap = (degrees: number) => degrees - 360 * Math.round(degrees / 360);
const shown = ([longitude, latitude]: Corner) => `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`;
/** About a tenth of a millimetre on the ground. */
const TINY = 1e-11;

/**
 * An outline as it is stored: closed rings without a corner twice in a row. Returns what is wrong with it instead: too
 * many corners or parts, a ring of two points, a crossing, a hole outside of its shell, a pole inside, too large. Edges
 * are great circles.
 */
export function checkOutline(parts: Outline): { outline: Outline } | { problem: OutlineProblem } {
  const refused = (message: string, at?: Corner) => ({ problem: { message, ...(at ? { at } : {}) } });
  if (parts.length === 0 || parts.some((rings) => rings.length === 0))
    return refused('The outline, or a part of it, has no corners.');
  if (parts.length > MOST_PARTS)
    return refused(`An outline has at most ${MOST_PARTS} parts, and this one has ${parts.length}.`);
  const outline = parts.map((rings) => rings.map(closedRing));
  const rings = outline.flat();
  const corners = rings.reduce((sum, ring) => sum + ring.length - 1, 0);
  if (corners > MOST_CORNERS)
    return refused(`An outline has at most ${MOST_CORNERS} corners, and this one has ${corners}. Simplify it.`);
  for (const ring of rings) {
    const first = ring[0];
    if (ring.length < 4 || first === undefined) return refused('Each ring of an outline needs three corners.', first);
    const pole = ring.find(([, latitude]) => Math.abs(latitude) > 90 - 1e-9);
    if (pole) return refused('An outline can’t reach a pole.', pole);
    const long = ring.find((corner, i) => i > 0 && dot(vector(corner), vector(ring[i - 1]!)) < 0.1);
    if (long) return refused('An edge of the outline is too long. Add a corner in between.', long);
    const turns = ring.reduce((sum, [longitude], i) => sum + (i === 0 ? 0 : wrap(longitude - ring[i - 1]![0])), 0);
    if (Math.abs(turns) > 180) return refused('An outline can’t go round a pole.', first);
  }
  const crossing = findCrossing(rings);
  if (crossing) return refused(`The outline crosses or touches itself near ${shown(crossing)}.`, crossing);
  const misplaced = findMisplaced(outline);
  if (misplaced) return refused(misplaced.message, misplaced.at);
  if (outline.reduce((sum, part) => sum + areaOf(part), 0) >= MOST_AREA_M2)
    return refused('An outline must be smaller than 10,000,000 km².');
  return { outline };
}

/** A place to show an outline by: the middle of its first part's corners, as GeoJSON. */
export function middleOf([part]: Outline): { type: 'Point'; coordinates: Corner } {
  const [x, y, z] = (part?.[0] ?? []).slice(1).reduce<Vector>(
    (sum, corner) => {
      const next = vector(corner);
      return [sum[0] + next[0], sum[1] + next[1], sum[2] + next[2]];
    },
    [0, 0, 0],
  );
  const rounded = (radians: number) => Number((radians / RADIANS).toFixed(6));
  return { type: 'Point', coordinates: [rounded(Math.atan2(y, x)), rounded(Math.atan2(z, Math.hypot(x, y)))] };
}

/** Closed, and without corners that repeat the one before. */
function closedRing(ring: readonly Corner[]): Corner[] {
  const isSame = (a: Corner, b: Corner) => a[0] === b[0] && a[1] === b[1];
  const kept = ring.filter((corner, i) => i === 0 || !isSame(corner, ring[i - 1]!)).map(([x, y]): Corner => [x, y]);
  const [first, last] = [kept[0], kept.at(-1)];
  return first && last && !isSame(first, last) ? [...kept, [first[0], first[1]]] : kept;
}

function edgesOf(ring: readonly Corner[], n: number): Edge[] {
  return ring.slice(1).map((corner, i) => {
    const from = vector(ring[i]!);
    const to = vector(corner);
    return { from, to, normal: cross(from, to), ring: n, n: i, corner };
  });
}

/** A place where edges meet that don't follow one another. Sweeps along x, so that only edges near each other are compared. */
function findCrossing(rings: readonly Corner[][]): Corner | null {
  const edges = rings.flatMap(edgesOf);
  const low = ({ from, to }: Edge) => Math.min(from[0], to[0]) - bulge(from, to);
  const high = ({ from, to }: Edge) => Math.max(from[0], to[0]) + bulge(from, to);
  const sorted = edges.map((edge) => ({ edge, low: low(edge), high: high(edge) })).sort((a, b) => a.low - b.low);
  let open: typeof sorted = [];
  for (const next of sorted) {
    open = open.filter((one) => one.high >= next.low);
    for (const { edge } of open) {
      if (areNear(edge, next.edge, 1) && areNear(edge, next.edge, 2) && meets(edge, next.edge, rings))
        return meetingPlace(edge, next.edge);
    }
    open.push(next);
  }
  return null;
}

/** Where two edges meet that do; the end of one where they lie on each other. */
function meetingPlace(a: Edge, b: Edge): Corner {
  const place = cross(a.normal, b.normal);
  const length = Math.sqrt(dot(place, place));
  if (length < TINY * Math.sqrt(dot(a.normal, a.normal) * dot(b.normal, b.normal))) return b.corner;
  // Great circles meet twice: on the side of the earth where the edges are.
  const side = Math.sign(dot(place, a.from));
  const [x, y, z] = [side * place[0], side * place[1], side * place[2]];
  return [Math.atan2(y, x) / RADIANS, Math.atan2(z, Math.hypot(x, y)) / RADIANS];
}

/** How far an arc may stand out of its chord. */
const bulge = (a: Vector, b: Vector) => 1 - Math.sqrt(Math.max(0, (1 + dot(a, b)) / 2)) + TINY;

function areNear(a: Edge, b: Edge, axis: 1 | 2): boolean {
  const reach = bulge(a.from, a.to) + bulge(b.from, b.to);
  return (
    Math.min(a.from[axis], a.to[axis]) <= Math.max(b.from[axis], b.to[axis]) + reach &&
    Math.min(b.from[axis], b.to[axis]) <= Math.max(a.from[axis], a.to[axis]) + reach
  );
}

function meets(a: Edge, b: Edge, rings: readonly Corner[][]): boolean {
  const edges = rings[a.ring]!.length - 1;
  const follows = a.ring === b.ring && ((a.n + 1) % edges === b.n || (b.n + 1) % edges === a.n);
  if (follows) {
    // They share a corner. They overlap where one turns back on the other.
    const [first, second] = (a.n + 1) % edges === b.n ? [a, b] : [b, a];
    return touches(second.to, first) || touches(first.from, second);
  }
  const [s, t] = [dot(a.normal, b.from), dot(a.normal, b.to)];
  const [u, v] = [dot(b.normal, a.from), dot(b.normal, a.to)];
  // On the same half of the sphere: edges are short of a quarter of it.
  if (s * t < 0 && u * v < 0) return dot(a.from, b.from) > -0.5;
  return touches(b.from, a) || touches(b.to, a) || touches(a.from, b) || touches(a.to, b);
}

/** Whether a corner lies on an edge. */
function touches(point: Vector, { from, to, normal }: Edge): boolean {
  if (Math.abs(dot(normal, point)) > TINY * Math.sqrt(dot(normal, normal))) return false;
  const length = dot(from, to);
  return dot(from, point) >= length - TINY && dot(to, point) >= length - TINY;
}

/** Whether a place lies within a ring: how often the meridian from it to the north pole, which is outside, meets the ring. */
function isWithin([longitude, latitude]: Corner, ring: readonly Corner[]): boolean {
  let inside = false;
  for (const [i, corner] of ring.entries()) {
    if (i === 0) continue;
    const before = ring[i - 1]!;
    const [west, east] = [wrap(before[0] - longitude), wrap(corner[0] - longitude)];
    if (west < 0 === east < 0 || Math.abs(west - east) > 180) continue;
    // The latitude at which the great circle through both corners meets the meridian.
    const [x, y, z] = cross(vector(before), vector(corner));
    const [cos, sin] = [Math.cos(longitude * RADIANS), Math.sin(longitude * RADIANS)];
    const meets = Math.atan2(-(x * cos + y * sin) * Math.sign(z), Math.abs(z)) / RADIANS;
    if (meets > latitude) inside = !inside;
  }
  return inside;
}

/** A hole outside of its shell or in another hole, or a part within another. Rings don't cross, so one corner tells. */
function findMisplaced(outline: Outline): OutlineProblem | null {
  for (const [n, [shell, ...holes]] of outline.entries()) {
    for (const [i, hole] of holes.entries()) {
      const at = hole[0]!;
      if (!isWithin(at, shell!)) return { message: `A hole is outside its part, at ${shown(at)}.`, at };
      const other = holes.find((one, k) => k !== i && isWithin(at, one));
      if (other) return { message: `A hole is inside another hole, at ${shown(at)}.`, at };
    }
    const at = shell![0]!;
    const around = outline.find(
      ([other, ...gaps], k) => k !== n && isWithin(at, other!) && !gaps.some((gap) => isWithin(at, gap)),
    );
    if (around) return { message: `A part is inside another part, at ${shown(at)}.`, at };
  }
  return null;
}

/** Square metres on the mean sphere, shell less holes: enough to compare with a limit. */
function areaOf([shell, ...holes]: Corner[][]): number {
  return ringArea(shell!) - holes.reduce((sum, hole) => sum + ringArea(hole), 0);
}

function ringArea(ring: readonly Corner[]): number {
  const origin = vector(ring[0]!);
  let excess = 0;
  for (let i = 1; i < ring.length - 1; i++) {
    const [b, c] = [vector(ring[i]!), vector(ring[i + 1]!)];
    excess += 2 * Math.atan2(dot(origin, cross(b, c)), 1 + dot(origin, b) + dot(b, c) + dot(c, origin));
  }
  const area = Math.abs(excess) % (4 * Math.PI);
  return Math.min(area, 4 * Math.PI - area) * MEAN_RADIUS_M ** 2;
}
