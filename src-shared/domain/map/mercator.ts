/** The latitude where Web Mercator ends. */
export const MAX_LATITUDE = 85.0511287798;

/** Web Mercator: 0 in the north, 1 in the south. */
export function mercatorY(latitude: number): number {
  const clamped = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitude));
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (clamped * Math.PI) / 360)) / (2 * Math.PI);
}

/** Degrees to Web Mercator, as fractions of the world square with the origin in the north-west. */
export const toUnit = (longitude: number, latitude: number): { x: number; y: number } => ({
  x: longitude / 360 + 0.5,
  y: mercatorY(latitude),
});
