export const coordinates = {
  latitude: 'Latitude',
  longitude: 'Longitude',
  notOne: 'Not a coordinate. Write it like 53.5511, 53,5511 or 53° 33’ 4” N.',
} as const;
