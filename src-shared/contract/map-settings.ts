import { z } from 'zod';
import { instant, line, version } from './common.ts';
import { adminOnly, everyone } from './roles.ts';
import { file, json, route } from './route.ts';

/** What the map shows under the trackers: bundled outlines, a tile server, a file of this console, or a PMTiles address. */
export const baseMaps = ['bundled', 'tile-server', 'pmtiles', 'pmtiles-address'] as const;
export type BaseMap = (typeof baseMaps)[number];

/**
 * As in `https://tiles.example.org/{z}/{x}/{y}.png`. Plain http is for this machine only: whoever reads the requests
 * for tiles on their way learns where trackers are.
 */
const tileUrl = z
  .string()
  .trim()
  .max(500)
  .refine((text) => tileOrigin(text) !== null, 'Write an https address with {z}, {x} and {y} in its path.');

/** Scheme, host and port, then a path without spaces or quotes. No placeholder in the host: a policy can't name it. */
const address = /^(https?):\/\/([a-z0-9.-]+)(:\d{1,5})?(\/[^\s;,'"<>]*)$/i;

/** The origin of the tiles, as a content security policy names it; null when the address can't be used. */
export function tileOrigin(template: string): string | null {
  const [, scheme, host, port = '', path] = address.exec(template) ?? [];
  if (!scheme || !host || !path || !['{z}', '{x}', '{y}'].every((part) => path.includes(part))) return null;
  const isLocal = host === '127.0.0.1' || host === 'localhost';
  if (scheme.toLowerCase() !== 'https' && !isLocal) return null;
  return `${scheme}://${host}${port}`.toLowerCase();
}

/** A remote PMTiles file, of which the console asks for parts. Plain http is for this machine only. */
const pmtilesUrl = z
  .string()
  .trim()
  .max(500)
  .refine((text) => {
    const [, scheme, host] = address.exec(text) ?? [];
    return host !== undefined && (scheme === 'https' || host === '127.0.0.1' || host === 'localhost');
  }, 'Write an https address of a .pmtiles file.');

/**
 * Servers of the OpenStreetMap project and its communities, whose usage policy forbids taking tiles in bulk
 * (https://operations.osmfoundation.org/policies/tiles/).
 */
export function isPublicOsm(url: string): boolean {
  const host = address.exec(url)?.[2]?.toLowerCase() ?? '';
  return publicOsm.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
const publicOsm = [
  'openstreetmap.org',
  'openstreetmap.de',
  'openstreetmap.fr',
  'osm.org',
  'openstreetmap.jp',
  'openstreetmap.se',
];

const fileName = z
  .string()
  .max(200)
  .regex(/^[\w][\w .-]*\.(?:pmtiles|mbtiles)$/, 'Name a .pmtiles or .mbtiles file of the maps folder.');

const settings = z.object({
  baseMap: z.enum(baseMaps),
  tileUrl: tileUrl.nullable(),
  /** Who made the tiles, as plain text at the map's edge. */
  attribution: line(0, 300),
  maxZoom: z.number().int().min(1).max(22),
  /** PMTiles or MBTiles. */
  pmtilesFile: fileName.nullable(),
  pmtilesUrl: pmtilesUrl.nullable(),
  /** The maker of the tile server allows that areas of it are taken for use offline. */
  mayTakeAreas: z.boolean(),
});
export type MapSettings = z.infer<typeof settings>;

export const mapSettingsRoutes = {
  getMapSettings: route({
    method: 'GET',
    path: '/map/settings',
    tag: 'map',
    access: everyone,
    summary: 'Which base map the maps of this console show',
    ownTransaction: true,
    output: json(
      settings.extend({
        version,
        /** The PMTiles file on this console; null when none is chosen or the file is missing. */
        pmtiles: z.object({ version: z.string(), bytes: z.number().int() }).nullable(),
        /** What the tiles of the file are, where it is MBTiles. */
        mbtiles: z.object({ isVector: z.boolean(), maxZoom: z.number().int() }).nullable(),
        /** What this workstation has taken for use offline; null where there is nothing. */
        packs: z
          .object({
            version: z.string(),
            isVector: z.boolean(),
            minZoom: z.number().int(),
            maxZoom: z.number().int(),
            attribution: z.string(),
          })
          .nullable(),
        /** The database can't be reached: what is known of the settings, and the packs in place of the base map. */
        isCutOff: z.boolean(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateMapSettings: route({
    method: 'PATCH',
    path: '/map/settings',
    tag: 'map',
    access: adminOnly,
    summary: 'Choose the base map',
    body: json(settings.partial()),
    output: json(settings.extend({ version })),
    status: 200,
    idempotent: true,
    audited: 'map-settings.update',
    versioned: { record: 'settings/map' },
  }),
  listMapFiles: route({
    method: 'GET',
    path: '/map/files',
    tag: 'map',
    access: adminOnly,
    summary: 'The .pmtiles and .mbtiles files in the maps folder of this console',
    output: json(
      z.object({
        folder: z.string(),
        files: z.array(z.object({ name: z.string(), bytes: z.number().int(), changedAt: instant })),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getMapTiles: route({
    method: 'GET',
    path: '/map/tiles.pmtiles',
    tag: 'map',
    access: everyone,
    summary:
      'The chosen PMTiles file, of this console or of its address; answers a Range of bytes with that part of it',
    /** Changes with the file, so that a browser keeps no part of another. */
    query: z.object({ version: z.string().max(4000).optional() }),
    output: file('application/octet-stream'),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
};
