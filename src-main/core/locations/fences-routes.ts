import { suggestRadius } from '../../../src-shared/domain/fences/suggest-radius.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { getJob } from '../platform/jobs/jobs-store.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { reportsNear, roomAround } from './fence-samples-store.ts';
import { fenceOf } from './locations-store.ts';

export interface FenceDeps {
  jobs: JobQueue;
}

export const fenceHandlers = (deps: FenceDeps) =>
  ({
    async getFenceSuggestion({ tx }, { params }) {
      const { radius } = await fenceOf(tx, params.locationId);
      return suggestRadius(await reportsNear(tx, params.locationId), radius, await roomAround(tx, params.locationId));
    },
    async previewFenceHistory(context, { params, body }) {
      const { tx, now } = context;
      const { name, kind } = await fenceOf(tx, params.locationId);
      const input = {
        locationId: params.locationId,
        geofenceRadiusM: body.geofenceRadiusM,
        position: body.position ?? null,
      };
      const resource = { type: `${kind}-location`, id: params.locationId };
      const jobId = await deps.jobs.add(tx, {
        kind: 'fence-preview',
        label: `${name}, ${body.geofenceRadiusM} m`,
        unit: 'trackers',
        total: null,
        input,
        resource,
        createdBy: requirePrincipal(context).userId,
      });
      await context.audit({ resourceType: resource.type, resourceId: resource.id, details: { ...body, jobId } });
      return getJob(tx, jobId, now);
    },
  }) satisfies Partial<Handlers>;
