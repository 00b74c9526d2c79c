import type { Position } from './distance.ts';

/**
 * Running sums of unit vectors times weights. Their direction is the weighted mean position, without special cases for
 * the antimeridian or the poles.
 */
export interface MeanSums {
  weight: number;
  x: number;
  y: number;
  z: number;
}

export const noSums: MeanSums = { weight: 0, x: 0, y: 0, z: 0 };
const RADIANS = Math.PI / 180;

/** Adds one position to the sums. The same positions in the same order always give the same bits. */
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
