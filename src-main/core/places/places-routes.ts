import type { Geocoder } from '../../../src-shared/contract/places.ts';
import { changes } from '../platform/db/conflicts.ts';
import type { Database } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { connectorOf } from '../platform/http/network-settings.ts';
import { findAddresses, geocoderHost, readGeocoder, writeGeocoder } from './geocoder.ts';
import { searchPlaces } from './place-search.ts';

export const placeHandlers = ({ db }: { db: Database }) => {
  const connect = connectorOf(db);
  return {
    async searchPlaces({ transaction }, { query }) {
      const host = geocoderHost(await transaction(readGeocoder));
      const items = await searchPlaces(query.search, query.limit);
      return { items, geocoder: host === null ? null : { host } };
    },

    async searchAddresses({ transaction }, { query }) {
      // The service may take seconds: no transaction waits for it.
      const settings = await transaction(readGeocoder);
      const items = await findAddresses(connect, settings, query.search, query.limit);
      return { items, attribution: settings.attribution };
    },

    getGeocoder: ({ tx }) => readGeocoder(tx),

    async updateGeocoder(context, { body }) {
      const { tx, now } = context;
      const before = await readGeocoder(tx);
      const change = body as Partial<Geocoder>;
      const after = { ...before, ...change };
      if (after.service !== 'none' && after.url === null) {
        const message = 'Give the address of the geocoder.';
        throw new AppError('validation-failed', message, { fields: [{ path: 'url', message }] });
      }
      await writeGeocoder(tx, change, now);
      await context.audit({ resourceType: 'geocoder', details: changes(before, after) });
      return readGeocoder(tx);
    },
  } satisfies Partial<Handlers>;
};
