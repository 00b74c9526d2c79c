import { z } from 'zod';
import { id, idText, instant, line } from './common.ts';
import { everyone, staff } from './roles.ts';
import { file, json, nothing, route } from './route.ts';

/** Tiles of one pack at most; some 4 GB. */
export const MOST_PACK_TILES = 200_000;
/** The deepest zoom that a pack goes to; beyond, vector tiles are drawn larger. */
export const MOST_PACK_ZOOM = 16;

const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);

/** What a map is taken for. */
const packTarget = z.discriminatedUnion('kind', [
  /** West > east crosses the antimeridian. */
  z.object({ kind: z.literal('area'), west: longitude, south: latitude, east: longitude, north: latitude }),
  /** The fences of a run, and where its trackers are. */
  z.object({ kind: z.literal('run'), productionRunId: id }),
  /** The fences of all runs of a client. */
  z.object({ kind: z.literal('client'), clientId: id }),
  /** Where the trackers of a pinned review were, and the fences. */
  z.object({ kind: z.literal('review'), reviewPinId: id }),
]);
export type PackTarget = z.infer<typeof packTarget>;

const packStates = ['waiting', 'loading', 'paused', 'failed', 'ready'] as const;
export type PackState = (typeof packStates)[number];

const pack = z.object({
  id,
  label: z.string(),
  target: packTarget,
  state: z.enum(packStates),
  /** Tiles looked for so far, and all of them. */
  done: z.number().int(),
  total: z.number().int(),
  bytes: z.number().int(),
  minZoom: z.number().int(),
  maxZoom: z.number().int(),
  /** Whose map it is. */
  source: z.string(),
  /** Made of another base map than the one shown: an update takes it anew. */
  isOfOtherMap: z.boolean(),
  /** Why it stopped, and what to do. What was taken is kept. */
  error: z.string().nullable(),
  /** When its last tile came; null before it was whole once. */
  loadedAt: instant.nullable(),
});
export type MapPack = z.infer<typeof pack>;

const asked = { target: packTarget, maxZoom: z.number().int().min(5).max(MOST_PACK_ZOOM) };

export const mapPackRoutes = {
  planMapPack: route({
    method: 'POST',
    path: '/map-packs/plan',
    tag: 'map',
    access: staff,
    summary: 'How many tiles a map for use offline would need, how large it would be, and how long it would take',
    body: json(z.object(asked)),
    output: json(
      z.object({
        /** The name of the computer that is asked; null where the base map has nothing to take. */
        host: z.string().nullable(),
        /** Why nothing can be taken, and what to do; null where it can. */
        problem: z.string().nullable(),
        /** By zoom; bytes by the tiles that are here already, or by what is usual. */
        zooms: z.array(z.object({ zoom: z.number().int(), tiles: z.number().int(), bytes: z.number().int() })),
        seconds: z.number().int(),
        freeBytes: z.number().int(),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listMapPacks: route({
    method: 'GET',
    path: '/map-packs',
    tag: 'map',
    access: staff,
    summary: 'The maps that this workstation has taken for use offline',
    output: json(z.object({ items: z.array(pack), bytes: z.number().int() })),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
  createMapPack: route({
    method: 'POST',
    path: '/map-packs',
    tag: 'map',
    access: staff,
    summary: 'Take a map for use offline, from the base map of the settings; its tiles come in the background',
    body: json(z.object({ ...asked, label: line(1, 200) })),
    output: json(pack),
    status: 202,
    idempotent: false,
    audited: 'map-pack.create',
  }),
  actOnMapPack: route({
    method: 'POST',
    path: '/map-packs/{mapPackId}/actions',
    tag: 'map',
    access: staff,
    summary: 'Stop, resume or repeat the download of a map; what is there stays until then',
    params: z.object({ mapPackId: idText }),
    body: json(z.object({ action: z.enum(['stop', 'resume', 'update']) })),
    output: json(pack),
    status: 202,
    idempotent: true,
    audited: 'map-pack.act',
  }),
  deleteMapPack: route({
    method: 'DELETE',
    path: '/map-packs/{mapPackId}',
    tag: 'map',
    access: staff,
    summary: 'Take a map off this workstation; tiles that others share stay',
    params: z.object({ mapPackId: idText }),
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'map-pack.delete',
  }),
  getMapTile: route({
    method: 'GET',
    path: '/map/tiles/{z}/{x}/{y}',
    tag: 'map',
    access: everyone,
    summary: 'One tile of the maps that this workstation has taken, or of its MBTiles file; empty where it has none',
    params: z.object({
      z: z.coerce.number().int().min(0).max(22),
      x: z.coerce.number().int().min(0).max(4_194_303),
      y: z.coerce.number().int().min(0).max(4_194_303),
    }),
    query: z.object({
      of: z.enum(['packs', 'file']).default('packs'),
      /** Changes with what there is, so that a browser keeps no tile of another map. */
      version: z.string().max(4000).optional(),
    }),
    output: file('application/octet-stream'),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
};
