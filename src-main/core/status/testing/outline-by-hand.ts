import { distanceM, type Position } from '../../../../src-shared/domain/geo/distance.ts';

type Vector = [number, number, number];
const RADIANS = Math.PI / 180;
const vector = ({ longitude, latitude }: Position): Vector => {
  const cos = Math.cos(latitude * RADIANS);
  return [cos * Math.cos(longitude * RADIANS), cos * Math.sin(longitude * RADIANS), Math.sin(latitude * RADIANS)];
};
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const placeOf = ([x, y, z]: Vector): Position => ({
  longitude: Math.atan2(y, x) / RADIANS,
  latitude: Math.atan2(z, Math.hypot(x, y)) / RADIANS,
});

/** Whether an outline goes round a place, seen from there: great circles are straight lines on the plane that touches it. */
function isWithin(position: Position, corners: readonly Position[]): boolean {
  const [longitude, latitude] = [position.longitude * RADIANS, position.latitude * RADIANS];
  const up = vector(position);
  const east: Vector = [-Math.sin(longitude), Math.cos(longitude), 0];
  const north: Vector = [
    -Math.sin(latitude) * Math.cos(longitude),
    -Math.sin(latitude) * Math.sin(longitude),
    Math.cos(latitude),
  ];
  const bearings = corners.map((corner) => {
    const to = vector(corner);
    return Math.atan2(dot(to, north) / dot(to, up), dot(to, east) / dot(to, up));
  });
  const turns = bearings.reduce((sum, bearing, i) => {
    const turn = bearings[(i + 1) % bearings.length]! - bearing;
    return sum + turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
  }, 0);
  return Math.abs(turns) > Math.PI;
}

/** Metres to the nearest point of a short edge, found by halving. */
function distanceToEdge(position: Position, from: Position, to: Position): number {
  const [a, b] = [vector(from), vector(to)];
  const at = (t: number) => {
    const point = placeOf([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]);
    return distanceM(position, point);
  };
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const third = (high - low) / 3;
    if (at(low + third) < at(high - third)) high -= third;
    else low += third;
  }
  return at((low + high) / 2);
}

/** d of a circle's point, or of an outline of one ring. */
export function distanceByHand(
  position: Position,
  fence: { position: Position; corners?: readonly Position[] },
): number {
  const { corners } = fence;
  if (!corners) return distanceM(position, fence.position);
  if (isWithin(position, corners)) return 0;
  return Math.min(...corners.map((corner, i) => distanceToEdge(position, corner, corners[(i + 1) % corners.length]!)));
}

/** Square metres of a small rectangle. */
export const areaByHand = ([a, b, c]: readonly Position[]) => distanceM(a!, b!) * distanceM(b!, c!);
