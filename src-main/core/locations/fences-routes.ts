import { suggestRadius } from '../../../src-shared/domain/fences/suggest-radius.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { getJob } from '../platform/jobs/jobs-store.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { runsThatKeepOthers, shapesOf } from '../status/fences-in-time-store.ts';
import { refoldContext } from '../status/refold-context.ts';
import { refuseRunsUnderWay } from '../status/rules.ts';
import type { FencePreviewInput } from './fence-preview.ts';
import { reportsNear, roomAround } from './fence-samples-store.ts';
import { refuseInstant } from './locations.ts';
import { fenceOf } from './locations-store.ts';
import { checkedShape } from './outlines.ts';
import { resizeFences } from './resize-fences.ts';

export interface FenceDeps {
  jobs: JobQueue;
}

export const fenceHandlers = (deps: FenceDeps) =>
  ({
    async getFenceSuggestion({ tx }, { params }) {
      const { radius } = await fenceOf(tx, params.locationId);
      return suggestRadius(await reportsNear(tx, params.locationId), radius, await roomAround(tx, params.locationId));
    },
    async listFenceShapes({ tx }, { params: { locationId } }) {
      await fenceOf(tx, locationId);
      const instant = (at: number) => (Number.isFinite(at) ? new Date(at).toISOString() : null);
      return {
        items: (await shapesOf(tx, locationId)).map(({ from, to, longitude, latitude, outline, radiusM }) => ({
          from: instant(from),
          to: instant(to),
          position: { type: 'Point' as const, coordinates: [longitude, latitude] as [number, number] },
          outline,
          geofenceRadiusM: radiusM,
        })),
        runsThatKeepOthers: await runsThatKeepOthers(tx, locationId),
      };
    },
    async previewFenceHistory(context, { params, body }) {
      const { tx, now } = context;
      const { name, kind, radius, outline } = await fenceOf(tx, params.locationId);
      const shape = checkedShape(body, { geofenceRadiusM: radius, outline });
      const input: FencePreviewInput = { ...shape, locationId: params.locationId, now: now.getTime() };
      if (body.fenceChangedAt !== null)
        await refuseInstant(tx, params.locationId, Date.parse(body.fenceChangedAt), now);
      const resource = { type: `${kind}-location`, id: params.locationId };
      const jobId = await deps.jobs.add(tx, {
        kind: 'fence-preview',
        label: `${name}, ${body.geofenceRadiusM} m`,
        unit: 'trackers',
        total: null,
        input: { ...input },
        resource,
        createdBy: requirePrincipal(context).userId,
      });
      await context.audit({ resourceType: resource.type, resourceId: resource.id, details: { ...body, jobId } });
      return getJob(tx, jobId, now);
    },
    async checkFences(context) {
      const jobId = await deps.jobs.add(context.tx, {
        kind: 'fence-check',
        label: 'All fences in use',
        unit: 'fences',
        total: null,
        input: {},
        resource: null,
        createdBy: requirePrincipal(context).userId,
      });
      await context.audit({ resourceType: 'location', details: { jobId } });
      return getJob(context.tx, jobId, context.now);
    },
    async resizeFences(context, { body }) {
      await refuseRunsUnderWay(context.tx, body.finishedRunIds, context.now);
      const done = await resizeFences(context.tx, body.fences, refoldContext(deps, context), body.finishedRunIds);
      await context.audit({ resourceType: 'location', details: { ...body, ...done } });
      return done;
    },
  }) satisfies Partial<Handlers>;
