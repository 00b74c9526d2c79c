import type { Position } from './distance.ts';

/**
 * Running sums of unit vectors times weights: their direction is the weighted mean position. Vectors know neither
 * antimeridian nor poles.
 */
export interface MeanSums {
  weight: number;
  x: number;
  y: number;
  z: number;
}

export const noSums: MeanSums = { weight: 0, x: 0, y: 0, z: 0 };
const RADIANS = Math.PI / 180;

/** The sums with one more position. Adding in the same order always gives the same bits. */
export function addToMean(sums: MeanSums, position: Position, weight: number): MeanSums {
  const latitude = position.latitude * RADIANS;
  const longitude = position.longitude * RADIANS;
  const across = Math.cos(latitude) * weight;
  return {
    weight: sums.weight + weight,
    x: sums.x + across * Math.cos(longitude),
    y: sums.y + across * Math.sin(longitude),
    z: sums.z + Math.sin(latitude) * weight,
  };
}
