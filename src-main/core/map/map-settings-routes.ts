import type { MapSettings } from '../../../src-shared/contract/map-settings.ts';
import { changes } from '../platform/db/conflicts.ts';
import { AppError } from '../platform/errors.ts';
import type { EventBus } from '../platform/events/bus.ts';
import { ForbiddenAddress } from '../platform/http/connector.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { judgeForBrowsers } from '../platform/http/network-settings.ts';
import { checkMapFile, findMapFile, listMapFiles, mapsFolder, readPart } from './map-files.ts';
import { readMapSettings, readVersionedMapSettings, writeMapSettings } from './map-settings.ts';

const nothingChosen = () =>
  new AppError('not-found', 'This console has no map file. An administrator can choose one under Settings.');

export interface MapSettingsDeps {
  events: EventBus;
  config: { readonly dataDir: string };
}

export const mapSettingsHandlers = (deps: MapSettingsDeps) =>
  ({
    async getMapSettings({ tx }) {
      const settings = await readVersionedMapSettings(tx);
      const file = settings.pmtilesFile === null ? null : await findMapFile(deps.config.dataDir, settings.pmtilesFile);
      return { ...settings, pmtiles: file && { version: file.version, bytes: file.bytes } };
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
      const { pmtilesFile } = await transaction(readMapSettings);
      const file = pmtilesFile === null ? null : await findMapFile(deps.config.dataDir, pmtilesFile);
      if (!file) throw nothingChosen();
      const part = readPart(deps.config.dataDir, file, request.headers.get('range'));
      if (!part) throw new AppError('bad-request', 'The file ends before these bytes.');
      for (const [name, value] of Object.entries(part.headers)) responseHeaders.set(name, value);
      return { contentType: 'application/octet-stream', status: part.status, body: part.body };
    },
  }) satisfies Partial<Handlers>;

function missing(path: string, message: string): never {
  throw new AppError('validation-failed', message, { fields: [{ path, message }] });
}
