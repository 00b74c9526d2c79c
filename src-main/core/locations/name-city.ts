import type { NameCity } from './locations.ts';

/** The city nearest to a position, as `Basel, CH`. Loaded with the first location: start-up should not wait for the list of cities. */
export const nameCity: NameCity = async (longitude, latitude) => {
  const { nearestCity } = await import('../places/nearest-city.ts');
  const city = nearestCity(longitude, latitude);
  return city === null ? null : `${city.name}, ${city.countryCode}`;
};
