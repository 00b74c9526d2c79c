export const attribution = {
  cities: 'Nearest cities:',
  map: 'Base map: Natural Earth',
} as const;
