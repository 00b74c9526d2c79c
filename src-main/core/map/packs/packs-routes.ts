import type { PackTarget } from '../../../../src-shared/contract/map-packs.ts';
import type { TileBox } from '../../../../src-shared/domain/map/tile-cover.ts';
import { AppError } from '../../platform/errors.ts';
import type { Handlers, RequestContext } from '../../platform/http/handler.ts';
import { readMapSettings } from '../map-settings.ts';
import type { MapPacks } from './map-packs.ts';
import { areasOfClient, areasOfRun } from './pack-areas-store.ts';
import { planOf, sourceOf } from './pack-plan.ts';

/** Where the trackers of a pinned review were, as boxes. Higher rooms know reviews. Throws AppError `not-found`. */
export type ReviewAreas = (context: RequestContext, reviewPinId: number) => TileBox[];

export interface PackRouteDeps {
  mapPacks: MapPacks;
  reviewAreas: ReviewAreas;
}

const refused = (message: string) => new AppError('conflict', message);

export const mapPackHandlers = ({ mapPacks, reviewAreas }: PackRouteDeps) => {
  const boxesOf = async (context: RequestContext, target: PackTarget): Promise<TileBox[]> => {
    switch (target.kind) {
      case 'area':
        return [target];
      case 'run':
        return areasOfRun(context.tx, target.productionRunId);
      case 'client':
        return areasOfClient(context.tx, target.clientId);
      case 'review':
        return reviewAreas(context, target.reviewPinId);
    }
  };
  /** What a pack needs, where nothing stands in its way. Throws AppError `conflict`. */
  const ready = async (context: RequestContext, target: PackTarget, maxZoom: number) => {
    const found = sourceOf(await readMapSettings(context.tx));
    if ('problem' in found) throw refused(found.problem);
    const boxes = await boxesOf(context, target);
    const { problem, total } = planOf(boxes, maxZoom, found.source, mapPacks.peek());
    if (problem !== null) throw refused(problem);
    return { source: found.source, boxes, total };
  };
  return {
    async planMapPack(context, { body: { target, maxZoom } }) {
      const found = sourceOf(await readMapSettings(context.tx));
      const source = 'source' in found ? found.source : null;
      const plan = planOf(await boxesOf(context, target), maxZoom, source, mapPacks.peek());
      const freeBytes = await mapPacks.freeBytes();
      const bytes = plan.zooms.reduce((sum, zoom) => sum + zoom.bytes, 0);
      const tooLarge =
        bytes > freeBytes
          ? 'The disk of this workstation has no room for it. Choose a smaller area, or fewer zooms.'
          : null;
      return {
        host: source?.host ?? null,
        problem: 'problem' in found ? found.problem : (plan.problem ?? tooLarge),
        zooms: plan.zooms,
        seconds: plan.seconds,
        freeBytes,
      };
    },
    async listMapPacks() {
      return { items: mapPacks.list(), bytes: mapPacks.peek()?.size() ?? 0 };
    },
    async createMapPack(context, { body: { target, maxZoom, label } }) {
      const needed = await ready(context, target, maxZoom);
      await context.audit({
        resourceType: 'map-pack',
        details: { label, target, maxZoom, tiles: needed.total, host: needed.source.host },
      });
      return mapPacks.create({ ...needed, label, target, maxZoom });
    },
    async actOnMapPack(context, { params: { mapPackId }, body: { action } }) {
      const { target, maxZoom, label } = mapPacks.get(mapPackId);
      await context.audit({ resourceType: 'map-pack', resourceId: mapPackId, details: { action, label } });
      if (action === 'stop') return mapPacks.halt(mapPackId);
      if (action === 'update') return mapPacks.update(mapPackId, await ready(context, target, maxZoom));
      const found = sourceOf(await readMapSettings(context.tx));
      if ('problem' in found) throw refused(found.problem);
      return mapPacks.resume(mapPackId, found.source);
    },
    async deleteMapPack(context, { params: { mapPackId } }) {
      const { label } = mapPacks.get(mapPackId);
      await context.audit({ resourceType: 'map-pack', resourceId: mapPackId, details: { label } });
      await mapPacks.delete(mapPackId);
    },
  } satisfies Partial<Handlers>;
};
