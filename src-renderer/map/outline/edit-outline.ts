import type { Corner, Outline } from '../../../src-shared/domain/fences/outline.ts';

/** Names a ring of an outline: 0 is the shell of its part, the others its holes. */
export interface RingAt {
  part: number;
  ring: number;
}
/** Names a corner. */
export interface CornerAt extends RingAt {
  corner: number;
}

/** Rings without the corner that closes them, as they are edited. */
export const openRings = (outline: Outline): Outline =>
  outline.map((rings) =>
    rings.map((ring) => {
      const [first, last] = [ring[0], ring.at(-1)];
      const closed = ring.length > 1 && first![0] === last![0] && first![1] === last![1];
      return closed ? ring.slice(0, -1) : ring;
    }),
  );

export const cornersIn = (outline: Outline): number => outline.flat().reduce((sum, ring) => sum + ring.length, 0);
export const ringOf = (outline: Outline, { part, ring }: RingAt): Corner[] => outline[part]?.[ring] ?? [];

/** The outline with another ring; a ring without corners goes, and with a shell its part. */
function withRing(outline: Outline, { part, ring }: RingAt, corners: Corner[]): Outline {
  const next = outline.map((rings, p) => (p === part ? rings.map((one, r) => (r === ring ? corners : one)) : rings));
  if (corners.length > 0) return next;
  return ring === 0
    ? next.filter((_, p) => p !== part)
    : next.map((rings, p) => (p === part ? rings.toSpliced(ring, 1) : rings));
}

export const moveCorner = (outline: Outline, at: CornerAt, to: Corner): Outline =>
  withRing(outline, at, ringOf(outline, at).with(at.corner, to));

/** Sets a corner before the one that is named; behind the last where `corner` is the number of corners. */
export const insertCorner = (outline: Outline, at: CornerAt, corner: Corner): Outline =>
  withRing(outline, at, ringOf(outline, at).toSpliced(at.corner, 0, corner));

/** Sets a corner behind the last of a ring, which is begun where it isn't there. */
export function appendCorner(outline: Outline, at: RingAt, corner: Corner): Outline {
  const rings = outline[at.part];
  if (!rings) return [...outline, [[corner]]];
  if (!rings[at.ring]) return outline.with(at.part, [...rings, [corner]]);
  return insertCorner(outline, { ...at, corner: rings[at.ring]!.length }, corner);
}

/** The first ring that is no area yet; of an empty outline the one to begin. */
export function openRing(outline: Outline): RingAt | null {
  if (outline.length === 0) return { part: 0, ring: 0 };
  for (const [part, rings] of outline.entries()) {
    const ring = rings.findIndex((corners) => corners.length < 3);
    if (ring >= 0) return { part, ring };
  }
  return null;
}

export const deleteCorner = (outline: Outline, at: CornerAt): Outline =>
  withRing(outline, at, ringOf(outline, at).toSpliced(at.corner, 1));

/** A further part, or a hole in a part, that is still to be drawn. */
export const addRing = (outline: Outline, part: number | null): { outline: Outline; at: RingAt } =>
  part === null || !outline[part]
    ? { outline: [...outline, [[]]], at: { part: outline.length, ring: 0 } }
    : {
        outline: outline.map((rings, p) => (p === part ? [...rings, []] : rings)),
        at: { part, ring: outline[part].length },
      };

/** Without the rings that were begun and given up. */
export const withoutEmptyRings = (outline: Outline): Outline =>
  outline.map((rings) => rings.filter((ring, r) => r === 0 || ring.length > 0)).filter(([shell]) => shell!.length > 0);

/** Half way to the next corner, on the map; across the antimeridian where the edge goes across it. */
export function middleBetween([x, y]: Corner, [u, v]: Corner): Corner {
  const across = u - x - 360 * Math.round((u - x) / 360);
  return roundCorner([x + across / 2, (y + v) / 2]);
}

/** About 0.1 m, and within ±180 degrees. */
export function roundCorner([longitude, latitude]: Corner): Corner {
  const east = longitude - 360 * Math.round(longitude / 360);
  return [Number(east.toFixed(6)), Number(Math.min(90, Math.max(-90, latitude)).toFixed(6))];
}

/** A circle as corners: a first outline to pull into shape. */
export function outlineOfCircle(latitude: number, longitude: number, radiusM: number, corners = 12): Outline {
  const metres = 111_195;
  return [
    [
      Array.from({ length: corners }, (_, n) => {
        const angle = (2 * Math.PI * n) / corners;
        const north = latitude + (radiusM / metres) * Math.cos(angle);
        const wide = metres * Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
        return roundCorner([longitude - (radiusM / wide) * Math.sin(angle), north]);
      }),
    ],
  ];
}
