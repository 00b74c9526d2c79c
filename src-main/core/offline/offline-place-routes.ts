import { searchPlaces } from '../places/place-search.ts';
import type { OfflineRoutes } from './offline-route.ts';

/** Towns are on this computer; whoever looks addresses up may not be in reach. */
export const placeRoutes = {
  searchPlaces: {
    whileCatchingUp: false,
    repeatable: true,
    answer: async (_context, { query }) => ({
      items: await searchPlaces(query.search, query.limit),
      geocoder: null,
    }),
  },
} satisfies OfflineRoutes;
