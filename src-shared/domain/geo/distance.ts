/** WGS 84 degrees. */
export interface Position {
  longitude: number;
  latitude: number;
}

// The WGS 84 ellipsoid (NIMA TR8350.2, table 3.1).
const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
/** Mean radius of the ellipsoid, (2 A + B) / 3. */
const MEAN_RADIUS = (2 * A + B) / 3;
const RADIANS = Math.PI / 180;
const ITERATIONS = 50;

/**
 * Geodesic metres on the WGS 84 ellipsoid: T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid",
 * Survey Review 23 (1975), inverse formula; within a millimetre of PostGIS. Nearly antipodal points, where that
 * formula does not converge, get the distance on the mean sphere instead (within 0.6 %).
 */
export function distanceM(from: Position, to: Position): number {
  const L = wrap(to.longitude - from.longitude) * RADIANS;
  const U1 = Math.atan((1 - F) * Math.tan(from.latitude * RADIANS));
  const U2 = Math.atan((1 - F) * Math.tan(to.latitude * RADIANS));
  const sinU1 = Math.sin(U1);
  const cosU1 = Math.cos(U1);
  const sinU2 = Math.sin(U2);
  const cosU2 = Math.cos(U2);
  let lambda = L;
  for (let i = 0; i < ITERATIONS; i++) {
    const sinLambda = Math.sin(lambda);
    const cosLambda = Math.cos(lambda);
    const sinSigma = Math.hypot(cosU2 * sinLambda, cosU1 * sinU2 - sinU1 * cosU2 * cosLambda);
    if (sinSigma === 0) return lambda === 0 || cosU1 * cosU2 === 0 ? 0 : sphereDistanceM(from, to);
    const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosLambda;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosU1 * cosU2 * sinLambda) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    // On the equator cos2Alpha is 0 and the term vanishes.
    const cos2M = cos2Alpha < 1e-15 ? 0 : cosSigma - (2 * sinU1 * sinU2) / cos2Alpha;
    const C = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const before = lambda;
    lambda = L + (1 - C) * F * sinAlpha * (sigma + C * sinSigma * (cos2M + C * cosSigma * (2 * cos2M * cos2M - 1)));
    if (Math.abs(lambda) > Math.PI) break;
    if (Math.abs(lambda - before) < 1e-12) {
      const u2 = (cos2Alpha * (A * A - B * B)) / (B * B);
      const k1 = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
      const k2 = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
      const correction =
        k2 *
        sinSigma *
        (cos2M +
          (k2 / 4) *
            (cosSigma * (2 * cos2M * cos2M - 1) -
              (k2 / 6) * cos2M * (4 * sinSigma * sinSigma - 3) * (4 * cos2M * cos2M - 3)));
      return B * k1 * (sigma - correction);
    }
  }
  return sphereDistanceM(from, to);
}

/** Metres along a great circle of the mean sphere (haversine formula). */
export function sphereDistanceM(from: Position, to: Position): number {
  const latitude = Math.sin(((to.latitude - from.latitude) * RADIANS) / 2);
  const longitude = Math.sin(((to.longitude - from.longitude) * RADIANS) / 2);
  const h =
    latitude * latitude + Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS) * longitude * longitude;
  return 2 * MEAN_RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** A difference of longitudes, in -180..180. */
const wrap = (degrees: number) => degrees - 360 * Math.round(degrees / 360);
