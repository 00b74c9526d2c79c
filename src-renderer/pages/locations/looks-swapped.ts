import type { Location } from '../../../src-shared/contract/locations.ts';
import { distanceM } from '../../../src-shared/domain/geo/distance.ts';

/** Farther than that from all others a fence is worth a question; nearer than that to one the swapped place is an answer. */
const FAR_M = 1_000_000;
const NEAR_M = 300_000;

interface Place {
  latitude: number;
  longitude: number;
}

/** Whether a place is far from all locations of the company, while the same with its axes swapped is near one of them. */
export function isFarUnlessSwapped(place: Place, others: readonly Location[]): boolean {
  if (Math.abs(place.longitude) > 90) return false;
  const swapped = { latitude: place.longitude, longitude: place.latitude };
  const nearest = (from: Place) =>
    others.reduce((least, { position: { coordinates: c } }) => {
      return Math.min(least, distanceM(from, { latitude: c[1], longitude: c[0] }));
    }, Number.POSITIVE_INFINITY);
  return nearest(place) > FAR_M && nearest(swapped) < NEAR_M;
}
