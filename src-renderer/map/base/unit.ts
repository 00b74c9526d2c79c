/** Latitude at which the Web Mercator square ends. */
const MAX_LATITUDE = 85.0511287798;

/** Degrees to Web Mercator, as fractions of the world square with the origin in the north-west. */
export function toUnit(longitude: number, latitude: number): { x: number; y: number } {
  const phi = (Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitude)) * Math.PI) / 180;
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / (2 * Math.PI) };
}
