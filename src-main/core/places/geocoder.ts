import { z } from 'zod';
import { type Address, type Geocoder, geocoders } from '../../../src-shared/contract/places.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { readVersionedSetting, writeSetting } from '../platform/db/settings-store.ts';
import { AppError } from '../platform/errors.ts';
import { type Connect, ForbiddenAddress } from '../platform/http/connector.ts';

/** The key of `settings`. */
const KEY = 'geocoder';
const schema: z.ZodType<Geocoder> = z.object({
  service: z.enum(geocoders).catch('none'),
  url: z.string().nullable().catch(null),
  attribution: z.string().catch(''),
});

export const readGeocoder = (db: Queryable): Promise<Geocoder & { version: number }> =>
  readVersionedSetting(db, KEY, schema);

export const writeGeocoder = (db: Queryable, changes: Partial<Geocoder>, now: Date): Promise<void> =>
  writeSetting(db, KEY, changes, now);

/** The name of the computer that is told what people look for; null where nobody is. */
export const geocoderHost = ({ service, url }: Geocoder): string | null =>
  service === 'none' || url === null ? null : new URL(url).host;

const TIMEOUT_MS = 6_000;
/** Some twenty addresses are a few kilobytes; an answer of this size is parsed in about a millisecond. */
const MAX_BYTES = 256 * 1024;
/** The usage policy of Nominatim asks programs to name themselves. */
const USER_AGENT = 'tracker-lifecycle-console';

/**
 * Asks the geocoder of the settings for an address. One request for each time that a person asks, never while they type.
 * @throws AppError `source-failed`, in words for whoever set the address
 */
export async function findAddresses(
  connect: Connect,
  settings: Geocoder,
  search: string,
  limit: number,
): Promise<Address[]> {
  const { service, url } = settings;
  if (service === 'none' || url === null)
    throw new AppError('not-found', 'This console has no geocoder. An administrator can choose one under Settings.');
  const answer = await ask(connect, requestOf(service, url, search, limit));
  const parsed = readers[service](answer);
  if (!parsed) throw failed('It answered with something other than addresses. Check its address and its kind.');
  return parsed.slice(0, limit);
}

function requestOf(service: 'nominatim' | 'photon', base: string, search: string, limit: number): URL {
  const url = new URL(base);
  const folder = url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : url.pathname;
  const end = service === 'nominatim' ? '/search' : '/api';
  url.pathname = folder.endsWith(end) ? folder : folder + end;
  url.searchParams.set('q', search);
  url.searchParams.set('limit', String(limit));
  if (service === 'nominatim') url.searchParams.set('format', 'jsonv2');
  return url;
}

const failed = (what: string) => new AppError('source-failed', `The address search failed. ${what}`);

async function ask(connect: Connect, url: URL): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const headers = { accept: 'application/json', 'accept-language': 'en', 'user-agent': USER_AGENT };
    const response = await connect(url.href, { headers, signal });
    const text = await readText(response);
    if (response.status === 429) throw failed('It asks the console to wait (429). Try again in a minute.');
    if (response.status >= 300) throw failed(`It answered ${response.status}. Check its address.`);
    return text === null ? undefined : parse(text);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof ForbiddenAddress) throw failed(error.message);
    if (signal.aborted) throw failed(`It did not answer within ${TIMEOUT_MS / 1000} seconds.`);
    throw failed('It can’t be reached. Check its address and the network.');
  }
}

/** Null when the answer is longer than any sensible one; the rest of it isn't read. */
async function readText(response: Response): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const longitude = z.coerce.number().min(-180).max(180);
const latitude = z.coerce.number().min(-90).max(90);
const label = z.string().max(2_000);
const clean = (text: string): string => text.replace(/\s+/gu, ' ').trim().slice(0, 300);

/** https://nominatim.org/release-docs/latest/api/Search/, `format=jsonv2`: boxes are south, north, west, east. */
const nominatim = z.array(
  z.object({
    lat: latitude,
    lon: longitude,
    display_name: label,
    boundingbox: z.tuple([latitude, latitude, longitude, longitude]).optional().catch(undefined),
  }),
);

/** https://github.com/komoot/photon, `/api`: GeoJSON with names in parts; the extent is west, north, east, south. */
const part = z.string().max(500).optional().catch(undefined);
const photon = z.object({
  features: z.array(
    z.object({
      geometry: z.object({ coordinates: z.tuple([longitude, latitude]) }),
      properties: z.object({
        name: part,
        street: part,
        housenumber: part,
        postcode: part,
        city: part,
        state: part,
        country: part,
        extent: z.tuple([longitude, latitude, longitude, latitude]).optional().catch(undefined),
      }),
    }),
  ),
});

const point = (x: number, y: number) => ({ type: 'Point' as const, coordinates: [x, y] as [number, number] });

const readers: Record<'nominatim' | 'photon', (answer: unknown) => Address[] | null> = {
  nominatim(answer) {
    const { data } = nominatim.safeParse(answer);
    if (!data) return null;
    return data.map(({ lat, lon, display_name, boundingbox: box }) => ({
      name: clean(display_name),
      position: point(lon, lat),
      bounds: box ? [box[2], box[0], box[3], box[1]] : null,
    }));
  },
  photon(answer) {
    const { data } = photon.safeParse(answer);
    if (!data) return null;
    return data.features.map(({ geometry, properties: p }) => {
      const street = [p.street, p.housenumber].filter(Boolean).join(' ');
      const town = [p.postcode, p.city].filter(Boolean).join(' ');
      const [west, north, east, south] = p.extent ?? [];
      return {
        name: clean([p.name, street, town, p.state, p.country].filter(Boolean).join(', ')),
        position: point(...geometry.coordinates),
        bounds: west === undefined ? null : [west, south!, east!, north!],
      };
    });
  },
};
