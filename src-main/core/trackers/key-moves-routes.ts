import type { EventBus } from '../platform/events/bus.ts';
import type { Handlers } from '../platform/http/handler.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { refoldContext } from '../status/refold-context.ts';
import { applyKeyMoves, judgeKeyMoves } from './move-keys.ts';
import { applySingleKeys, judgeSingleKeys } from './move-single-keys.ts';
import { keptFrom } from './planned-periods-store.ts';

export const keyMoveHandlers = (deps: { events: EventBus; jobs: JobQueue }) =>
  ({
    async moveDeviceKeys(context, { body }) {
      const { moves, reason, dryRun } = body;
      const { tx } = context;
      const changes = await judgeKeyMoves(tx, moves);
      const jobId = dryRun ? null : await applyKeyMoves(tx, refoldContext(deps, context), moves);
      await context.audit({
        resourceType: 'tracker',
        details: {
          trackerIds: moves.map(({ trackerId }) => trackerId),
          reason,
          dryRun,
          moves: changes.map(({ tracker, keysOf }) => ({ trackerId: tracker.id, keysOf: keysOf.id })),
          jobId,
        },
      });
      if (!dryRun) tx.afterCommit(() => deps.events.publish({ type: 'changed', resource: 'trackers' }));
      const kept = await keptFrom(tx);
      return { changes, keptFrom: kept === null ? null : new Date(kept).toISOString(), jobId };
    },
    async moveSingleKeys(context, { body }) {
      const { keys, reason, dryRun } = body;
      const { tx } = context;
      const changes = await judgeSingleKeys(tx, keys);
      const jobId = dryRun ? null : await applySingleKeys(tx, refoldContext(deps, context), keys);
      const trackerIds = changes.map(({ tracker }) => tracker.id);
      await context.audit({ resourceType: 'tracker', details: { trackerIds, reason, dryRun, keys, jobId } });
      if (!dryRun) tx.afterCommit(() => deps.events.publish({ type: 'changed', resource: 'trackers' }));
      const kept = await keptFrom(tx);
      return { changes, keptFrom: kept === null ? null : new Date(kept).toISOString(), jobId };
    },
  }) satisfies Partial<Handlers>;
