import { invalid } from '../platform/db/conflicts.ts';
import type { Handlers } from '../platform/http/handler.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { refoldContext } from '../status/refold-context.ts';
import { previewOutline } from './fence-preview-store.ts';
import { fencesOverlapping, reportsInside } from './fence-surroundings-store.ts';
import { importLocations } from './import-locations.ts';
import { placeOf } from './locations-store.ts';
import { nameCity } from './name-city.ts';
import { checkedShape, outlineOf } from './outlines.ts';

export const fenceDraftHandlers = (deps: { jobs: JobQueue }) =>
  ({
    previewOutline: ({ tx }, { body: { outline, ...draft } }) =>
      previewOutline(tx, { ...draft, outline: outlineOf(outline) }),
    async getFenceSurroundings({ tx }, { body: { productionRunIds, locationId, ...asked } }) {
      const { position, outline = null, geofenceRadiusM = 0 } = checkedShape(asked, null);
      if (!position) throw invalid('position', 'Give the fence a point or an outline.');
      const fence = { place: placeOf(position, outline), metres: geofenceRadiusM };
      const { reports, of, trackers } = await reportsInside(tx, fence, productionRunIds);
      return {
        reports: { inside: reports, of, trackers },
        overlapping: await fencesOverlapping(tx, fence, locationId),
      };
    },
    async importLocations(context, { body }) {
      const done = await importLocations(context.tx, body, refoldContext(deps, context), nameCity);
      const { dryRun, locations, productionRunIds } = body;
      const { created, jobId } = done;
      await context.audit({
        resourceType: 'location',
        details: { dryRun, asked: locations.length, created, problems: done.problems.length, productionRunIds, jobId },
      });
      return done;
    },
  }) satisfies Partial<Handlers>;
