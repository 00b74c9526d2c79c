import { join } from 'node:path';
import { isPublicOsm, type MapSettings } from '../../../src-shared/contract/map-settings.ts';
import { changes } from '../platform/db/conflicts.ts';
import type { Database, Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { EventBus } from '../platform/events/bus.ts';
import { ForbiddenAddress } from '../platform/http/connector.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { connectorOf, judgeForBrowsers } from '../platform/http/network-settings.ts';
import { checkMapFile, findMapFile, isMbtiles, listMapFiles, type MapFile, mapsFolder, readPart } from './map-files.ts';
import { readMapSettings, readVersionedMapSettings, writeMapSettings } from './map-settings.ts';
import { type MbtilesFile, openMbtiles } from './mbtiles-store.ts';
import { isVector } from './packs/judge-tile.ts';
import type { MapPacks } from './packs/map-packs.ts';
import type { PackFile } from './packs/pack-file-store.ts';
import { remotePart } from './remote-file.ts';

const nothingChosen = () =>
  new AppError('not-found', 'This console has no map file. An administrator can choose one under Settings.');

export interface MapSettingsDeps {
  events: EventBus;
  config: { readonly dataDir: string };
  db: Database;
  mapPacks: MapPacks;
  /** Whether the central database is out of reach. */
  isCutOff: () => boolean;
}

type Known = MapSettings & { version: number };
const unknown: Known = {
  version: 1,
  baseMap: 'bundled',
  tileUrl: null,
  attribution: '',
  maxZoom: 19,
  pmtilesFile: null,
  pmtilesUrl: null,
  mayTakeAreas: false,
};

export const mapSettingsHandlers = (deps: MapSettingsDeps) => {
  // What was read last: a workstation that is cut off goes on with it.
  let last = unknown;
  const known = async (transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>): Promise<Known> => {
    if (!deps.isCutOff()) last = await transaction(readVersionedMapSettings);
    return last;
  };
  const connect = connectorOf(deps.db);
  const opened = openedMbtiles(deps.config.dataDir);
  const mbtilesOf = (file: MapFile) => opened.read(file, ({ isVector, maxZoom }) => ({ isVector, maxZoom }));
  return {
    async getMapTile({ transaction, responseHeaders }, { params, query }) {
      const settings = query.of === 'file' ? await known(transaction) : null;
      const file = settings?.pmtilesFile ? await findMapFile(deps.config.dataDir, settings.pmtilesFile) : null;
      const data = file
        ? (opened.read(file, (one) => one.tile(params)) ?? null)
        : query.of === 'packs'
          ? deps.mapPacks.read((packs) => packs.tile(params), null)
          : null;
      responseHeaders.set('cache-control', 'private, max-age=3600');
      const body = new Blob([(data ?? new Uint8Array()) as Uint8Array<ArrayBuffer>]).stream();
      return { contentType: 'application/octet-stream', body };
    },

    async getMapSettings({ transaction }) {
      const settings = await known(transaction);
      const file = settings.pmtilesFile === null ? null : await findMapFile(deps.config.dataDir, settings.pmtilesFile);
      return {
        ...settings,
        pmtiles: file && { version: file.version, bytes: file.bytes },
        mbtiles: file && mbtilesOf(file),
        packs: deps.mapPacks.read(packsShown, null),
        isCutOff: deps.isCutOff(),
      };
    },

    async updateMapSettings(context, { body }) {
      const { tx, now } = context;
      const before = await readMapSettings(tx);
      const change = body as Partial<MapSettings>;
      const after: MapSettings = { ...before, ...change };
      if (after.baseMap === 'tile-server' && after.tileUrl === null)
        missing('tileUrl', 'Give the address of the tiles.');
      // Browsers ask it, not the console, so that it is judged here and not at each request.
      if (after.tileUrl !== null && after.tileUrl !== before.tileUrl)
        await judgeForBrowsers(tx, after.tileUrl).catch((error: unknown) => {
          if (error instanceof ForbiddenAddress) missing('tileUrl', error.message);
          throw error;
        });
      if (after.baseMap === 'pmtiles') {
        if (after.pmtilesFile === null) return missing('pmtilesFile', 'Choose a file of the maps folder.');
        await checkMapFile(deps.config.dataDir, after.pmtilesFile);
      }
      if (after.baseMap === 'pmtiles-address' && after.pmtilesUrl === null)
        missing('pmtilesUrl', 'Give the address of the file.');
      if (after.pmtilesUrl !== null && after.pmtilesUrl !== before.pmtilesUrl)
        await judgeForBrowsers(tx, after.pmtilesUrl).catch((error: unknown) => {
          if (error instanceof ForbiddenAddress) missing('pmtilesUrl', error.message);
          throw error;
        });
      if (after.mayTakeAreas && after.tileUrl !== null && isPublicOsm(after.tileUrl))
        missing(
          'mayTakeAreas',
          'The public tiles of OpenStreetMap may not be downloaded in bulk: their usage policy forbids it.',
        );
      await writeMapSettings(tx, change, now);
      await context.audit({ resourceType: 'map-settings', details: changes(before, after) });
      tx.afterCommit(() => deps.events.publish({ type: 'changed', resource: 'map' }));
      return readVersionedMapSettings(tx);
    },

    async listMapFiles() {
      const { dataDir } = deps.config;
      const files = await listMapFiles(dataDir);
      return {
        folder: mapsFolder(dataDir),
        files: files.map(({ name, bytes, changedAt }) => ({ name, bytes, changedAt: changedAt.toISOString() })),
      };
    },

    async getMapTiles({ transaction, request, responseHeaders }) {
      const { baseMap, pmtilesFile, pmtilesUrl } = await known(transaction);
      const range = request.headers.get('range');
      if (baseMap === 'pmtiles-address' && pmtilesUrl !== null) {
        const part = await remotePart(connect, pmtilesUrl, range, request.signal);
        for (const [name, value] of Object.entries(part.headers)) responseHeaders.set(name, value);
        return { contentType: 'application/octet-stream', status: part.status, body: part.body };
      }
      const file = pmtilesFile === null ? null : await findMapFile(deps.config.dataDir, pmtilesFile);
      if (!file || isMbtiles(file.name)) throw nothingChosen();
      const part = readPart(deps.config.dataDir, file, range);
      if (!part) throw new AppError('bad-request', 'The file ends before these bytes.');
      for (const [name, value] of Object.entries(part.headers)) responseHeaders.set(name, value);
      return { contentType: 'application/octet-stream', status: part.status, body: part.body };
    },
  } satisfies Partial<Handlers>;
};

/** Keeps the MBTiles file that is shown open, until it is another one or was changed. */
function openedMbtiles(dataDir: string) {
  let open: { key: string; file: MbtilesFile } | null = null;
  return {
    /** Null where it isn't MBTiles, or can't be read: the bundled map is shown instead. */
    read<T>({ name, version }: MapFile, of: (file: MbtilesFile) => T): T | null {
      if (!isMbtiles(name)) return null;
      try {
        const key = `${name} ${version}`;
        if (open?.key !== key) {
          open?.file.close();
          open = null;
          open = { key, file: openMbtiles(join(mapsFolder(dataDir), name)) };
        }
        return of(open.file);
      } catch {
        return null;
      }
    },
  };
}

/** What of the packs maps can show. */
function packsShown(file: PackFile) {
  const map = file.map();
  if (!map || !file.hasTiles()) return null;
  const { format, attribution, maxZoom } = map;
  const packs = file.list().filter(({ source }) => source === map.source);
  const deepest = packs.reduce((most, pack) => Math.max(most, pack.maxZoom), 0);
  // Changes with what is there, so that tiles of two maps are never mixed.
  const version = packs.map(({ id, round, done }) => `${id}.${round}.${done}`).join('-');
  return { version, isVector: isVector(format), minZoom: 0, maxZoom: Math.min(maxZoom, deepest), attribution };
}

function missing(path: string, message: string): never {
  throw new AppError('validation-failed', message, { fields: [{ path, message }] });
}
