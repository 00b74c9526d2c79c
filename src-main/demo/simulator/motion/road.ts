import type { Random } from '../random.ts';
import { along, bearing, destination, distanceM, type Place } from './geo.ts';

/** A way between two places: points of a line and the metres from its start to each of them. */
export interface Road {
  points: Place[];
  metres: number[];
}

/** Roads bend every few kilometres; long ones need no more points than the eye can follow. */
const BEND_M = 6_000;
const MAX_POINTS = 240;

/**
 * A road-like line: the great circle, bent sideways by a few waves that vanish at both ends, and as much longer than it
 * as `detour` says.
 */
export function winding(from: Place, to: Place, detour: number, random: Random): Road {
  const direct = distanceM(from, to);
  const count = Math.max(2, Math.min(MAX_POINTS, Math.ceil(direct / BEND_M)));
  const waves = [1, 2, 3, 5, 8].map((waveNumber) => ({ waveNumber, size: random.normal() / waveNumber }));
  const course = bearing(from, to);
  const bent = (height: number) => {
    const points: Place[] = [];
    for (let i = 0; i <= count; i++) {
      const share = i / count;
      let sideways = 0;
      for (const wave of waves) sideways += wave.size * Math.sin(Math.PI * wave.waveNumber * share);
      points.push(destination(along(from, to, share), course + 90, sideways * height));
    }
    return measured(points);
  };
  // The length grows with the height of the waves: found by halving.
  let low = 0;
  let high = direct;
  let best = bent(0);
  for (let i = 0; i < 12 && direct > 0; i++) {
    const middle = (low + high) / 2;
    best = bent(middle);
    if (lengthM(best) < direct * detour) low = middle;
    else high = middle;
  }
  return best;
}

export const lengthM = (road: Road): number => road.metres[road.metres.length - 1]!;

/** The place after so many metres; the ends when there are none left. */
export function placeOn(road: Road, metres: number): Place {
  const { points } = road;
  if (metres <= 0) return points[0]!;
  if (metres >= lengthM(road)) return points[points.length - 1]!;
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (road.metres[middle]! <= metres) low = middle;
    else high = middle;
  }
  const length = road.metres[high]! - road.metres[low]!;
  return along(points[low]!, points[high]!, length === 0 ? 0 : (metres - road.metres[low]!) / length);
}

function measured(points: Place[]): Road {
  const metres = [0];
  for (let i = 1; i < points.length; i++) metres.push(metres[i - 1]! + distanceM(points[i - 1]!, points[i]!));
  return { points, metres };
}
