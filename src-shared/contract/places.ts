import { z } from 'zod';
import { line, point, version } from './common.ts';
import { adminOnly, everyone } from './roles.ts';
import { json, route } from './route.ts';

/** A place of the bundled list. */
const place = z.object({
  /** GeoNames id. */
  id: z.number().int(),
  name: z.string(),
  country: z.string(),
  /** ISO 3166-1 alpha-2. */
  countryCode: z.string(),
  population: z.number().int(),
  /** The next large city, where the place itself is none: it tells places of one name apart. */
  near: z.object({ name: z.string(), distanceM: z.number().int() }).nullable(),
  position: point,
});
export type Place = z.infer<typeof place>;

const address = z.object({
  name: z.string(),
  position: point,
  /** West, south, east and north of what was found, where the service says so. */
  bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
});
export type Address = z.infer<typeof address>;

/** Programs that look addresses up, by the protocol that they speak. */
export const geocoders = ['none', 'nominatim', 'photon'] as const;
export type GeocoderKind = (typeof geocoders)[number];

const NO_ADDRESS = 'Write an address as in https://nominatim.example.org, without a user name.';
const baseAddress = z
  .url({ protocol: /^https?$/, message: NO_ADDRESS })
  .trim()
  .max(500)
  // What stands before an @ is a login, wherever the host begins.
  .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), NO_ADDRESS);

const geocoder = z.object({
  service: z.enum(geocoders),
  url: baseAddress.nullable(),
  /** Whose data the answers are, as plain text below them. */
  attribution: line(0, 300),
});
export type Geocoder = z.infer<typeof geocoder>;

const search = line(2, 200);
const limit = z.coerce.number().int().min(1).max(20).default(8);

export const placeRoutes = {
  searchPlaces: route({
    method: 'GET',
    path: '/places',
    tag: 'map',
    access: everyone,
    summary: 'Towns of the bundled list by name, in any spelling; a country may follow, as in “Frankfurt, Germany”',
    query: z.object({ search, limit }),
    output: json(
      z.object({
        items: z.array(place),
        /** Who looks addresses up; null where nobody does. */
        geocoder: z.object({ host: z.string() }).nullable(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  searchAddresses: route({
    method: 'GET',
    path: '/addresses',
    tag: 'map',
    access: everyone,
    summary: 'Addresses by the geocoder of the settings, which is told the text',
    query: z.object({ search, limit }),
    output: json(z.object({ items: z.array(address), attribution: z.string() })),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  getGeocoder: route({
    method: 'GET',
    path: '/geocoder',
    tag: 'map',
    access: adminOnly,
    summary: 'Which service looks addresses up',
    output: json(geocoder.extend({ version })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateGeocoder: route({
    method: 'PATCH',
    path: '/geocoder',
    tag: 'map',
    access: adminOnly,
    summary: 'Choose the service that looks addresses up, or none',
    body: json(geocoder.partial().refine((body) => Object.keys(body).length > 0, 'Give at least one field to change.')),
    output: json(geocoder.extend({ version })),
    status: 200,
    idempotent: true,
    audited: 'geocoder.update',
    versioned: { record: 'settings/geocoder' },
  }),
};
