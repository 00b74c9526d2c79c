/** A box that reaches so many metres to each side. */
export function boxAround(latitude: number, longitude: number, metres: number): [number, number, number, number] {
  const dy = metres / 111_000;
  const dx = dy / Math.max(0.05, Math.cos((latitude * Math.PI) / 180));
  return [longitude - dx, Math.max(-90, latitude - dy), longitude + dx, Math.min(90, latitude + dy)];
}
