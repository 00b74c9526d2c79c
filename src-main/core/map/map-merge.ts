import type { MapFeature } from '../../../src-shared/contract/map.ts';
import type { Status } from '../../../src-shared/contract/status.ts';
import { mercatorY } from '../../../src-shared/domain/map/mercator.ts';
import { type Held, heldTogether, holdsOf } from './held.ts';

type Bounds = Extract<MapFeature['properties'], { kind: 'cluster' }>['bounds'];
/** A feature with the counts that its words are made of, which don't leave the core. */
export interface Counted {
  feature: MapFeature;
  held: Held;
}
interface Member extends Counted {
  count: number;
  /** Pixels of the zoom level, from the world's north-west corner. */
  x: number;
  y: number;
}

/** Pixels of a map tile. */
const TILE = 256;
/** Pixels of the ring that a cluster is drawn as: it grows with the logarithm of the count. A single tracker is 20 wide. */
export const ringRadius = (count: number): number => (count === 1 ? 10 : Math.min(62, 30 + 8 * Math.log10(count)) / 2);
/** Rings may overlap by this share of their radii: a little reads as "close together", more hides a figure. */
const CLOSENESS = 0.9;
/** Twice the largest ring, so that whatever touches a ring lies in one of the nine squares around. */
const SQUARE = 64;

/**
 * Merges clusters, and single trackers beside them, whose rings would lie on top of each other at this zoom: two cells
 * of the grid may hold their trackers close to the edge between them. The largest take in their neighbours first, as in
 * supercluster, and go on while growing makes them touch more. Single trackers are not merged with each other: the
 * screen stacks those and lets a person pick one.
 */
export function mergeOverlapping(counted: readonly Counted[], zoom: number): MapFeature[] {
  const scale = TILE * 2 ** zoom;
  const place = ({ feature, held }: Counted): Member => {
    const [longitude, latitude] = feature.geometry.coordinates;
    const x = ((longitude + 180) / 360) * scale;
    return { feature, held, count: countOf(feature), x, y: mercatorY(latitude) * scale };
  };
  const members = counted.map(place);
  const present = new Set(members);
  const squares = new Map<string, Set<Member>>();
  const squareOf = ({ x, y }: Member, dx = 0, dy = 0) =>
    `${Math.floor(x / SQUARE) + dx},${Math.floor(y / SQUARE) + dy}`;
  const put = (member: Member) => {
    const key = squareOf(member);
    squares.set(key, (squares.get(key) ?? new Set()).add(member));
    present.add(member);
  };
  const take = (member: Member) => {
    squares.get(squareOf(member))?.delete(member);
    present.delete(member);
  };
  const touching = (member: Member): Member[] => {
    const found: Member[] = [];
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++)
        for (const other of squares.get(squareOf(member, dx, dy)) ?? [])
          if (other !== member && touch(member, other)) found.push(other);
    return found;
  };
  for (const member of members) put(member);
  const largestFirst = members.filter(({ count }) => count > 1).sort((a, b) => b.count - a.count || a.x - b.x);
  for (const start of largestFirst) {
    if (!present.has(start)) continue;
    let grown = start;
    for (let near = touching(grown); near.length > 0; near = touching(grown)) {
      for (const member of [grown, ...near]) take(member);
      grown = place(joined([grown, ...near]));
      put(grown);
    }
  }
  return [...present].map(({ feature }) => feature);
}

const touch = (a: Member, b: Member): boolean =>
  Math.hypot(a.x - b.x, a.y - b.y) < CLOSENESS * (ringRadius(a.count) + ringRadius(b.count));

const countOf = ({ properties }: MapFeature): number => (properties.kind === 'cluster' ? properties.count : 1);

function joined(parts: readonly Counted[]): Counted {
  const features = parts.map(({ feature }) => feature);
  const held = heldTogether(parts.map((part) => part.held));
  const count = features.reduce((sum, feature) => sum + countOf(feature), 0);
  const mean = (axis: 0 | 1) =>
    features.reduce((sum, feature) => sum + feature.geometry.coordinates[axis] * countOf(feature), 0) / count;
  const statusCounts: Record<Status, number> = { UNKNOWN: 0, IN_TRANSIT: 0, IN_STORAGE: 0, DELIVERED: 0 };
  for (const { properties } of features) {
    const counts = properties.kind === 'tracker' ? { [properties.status]: 1 } : properties.statusCounts;
    for (const [status, n] of Object.entries(counts)) statusCounts[status as Status] += n ?? 0;
  }
  const bounds = features.map(boundsOf);
  const feature: MapFeature = {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [mean(0), mean(1)] },
    properties: {
      kind: 'cluster',
      count,
      statusCounts,
      holds: holdsOf(held),
      bounds: [
        Math.min(...bounds.map((box) => box[0])),
        Math.min(...bounds.map((box) => box[1])),
        Math.max(...bounds.map((box) => box[2])),
        Math.max(...bounds.map((box) => box[3])),
      ],
    },
  };
  return { feature, held };
}

const boundsOf = ({ geometry, properties }: MapFeature): Bounds =>
  properties.kind === 'cluster' ? properties.bounds : [...geometry.coordinates, ...geometry.coordinates];
