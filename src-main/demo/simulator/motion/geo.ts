/** WGS 84 degrees. */
export interface Place {
  latitude: number;
  longitude: number;
}

/** Mean radius of the Earth in metres (IUGG). A sphere is exact enough for made-up journeys. */
const EARTH_M = 6_371_008.8;
const RADIAN = Math.PI / 180;

/** Great-circle distance in metres. */
export function distanceM(from: Place, to: Place): number {
  const dLatitude = (to.latitude - from.latitude) * RADIAN;
  const dLongitude = (to.longitude - from.longitude) * RADIAN;
  const h =
    Math.sin(dLatitude / 2) ** 2 +
    Math.cos(from.latitude * RADIAN) * Math.cos(to.latitude * RADIAN) * Math.sin(dLongitude / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Initial bearing in degrees clockwise from north. */
export function bearing(from: Place, to: Place): number {
  const dLongitude = (to.longitude - from.longitude) * RADIAN;
  const y = Math.sin(dLongitude) * Math.cos(to.latitude * RADIAN);
  const x =
    Math.cos(from.latitude * RADIAN) * Math.sin(to.latitude * RADIAN) -
    Math.sin(from.latitude * RADIAN) * Math.cos(to.latitude * RADIAN) * Math.cos(dLongitude);
  return (Math.atan2(y, x) / RADIAN + 360) % 360;
}

/** The place that lies `metres` from `from` in the direction of `degrees`. */
export function destination(from: Place, degrees: number, metres: number): Place {
  const angle = metres / EARTH_M;
  const latitude = from.latitude * RADIAN;
  const sine = Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(degrees * RADIAN);
  const reached = Math.asin(Math.max(-1, Math.min(1, sine)));
  const turned = Math.atan2(
    Math.sin(degrees * RADIAN) * Math.sin(angle) * Math.cos(latitude),
    Math.cos(angle) - Math.sin(latitude) * sine,
  );
  const longitude = from.longitude + turned / RADIAN;
  return { latitude: reached / RADIAN, longitude: ((((longitude + 180) % 360) + 360) % 360) - 180 };
}

/** The place at a share (0 to 1) of the great circle. */
export function along(from: Place, to: Place, share: number): Place {
  return destination(from, bearing(from, to), distanceM(from, to) * share);
}
