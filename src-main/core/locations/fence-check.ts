import { FENCES_AT_ONCE, type FenceCheckResult } from '../../../src-shared/contract/fences.ts';
import { suggestRadius } from '../../../src-shared/domain/fences/suggest-radius.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import type { JobHandler } from '../platform/jobs/queue.ts';
import {
  type CheckedFence,
  countFencesInUse,
  fencesInUse,
  namedFinishedRuns,
  reportsNear,
  roomAround,
} from './fence-samples-store.ts';

const AT_ONCE = 50;

/** How far a fence is from what would fit it, as a factor of at least 1: half is as wrong as double. */
const wrongBy = ({ currentRadiusM, suggestedRadiusM }: FenceCheckResult['items'][number]) =>
  Math.max(currentRadiusM / suggestedRadiusM, suggestedRadiusM / currentRadiusM);

/** Compares every fence in use with the reports near it. Reads only; each fence in a transaction of its own. */
export function fenceCheckJob({ db, now }: { db: Database; now: () => Date }): JobHandler<object> {
  const suggestion = ({ id, radius }: CheckedFence) =>
    db.transaction(systemScope, async (tx) =>
      suggestRadius(await reportsNear(tx, id), radius, await roomAround(tx, id)),
    );
  return async ({ signal, progress }) => {
    const total = await countFencesInUse(db);
    const result: FenceCheckResult = { fences: 0, fitting: 0, unknown: 0, unfitting: 0, items: [] };
    for (let after = 0; ; ) {
      const fences = await fencesInUse(db, after, AT_ONCE);
      const last = fences.at(-1);
      if (last === undefined) break;
      for (const fence of fences) {
        signal.throwIfAborted();
        const found = await suggestion(fence);
        const { suggestedRadiusM } = found;
        result.fences += 1;
        progress(result.fences, Math.max(total, result.fences));
        if (suggestedRadiusM === null) result.unknown += 1;
        else if (found.verdict === 'fits') result.fitting += 1;
        else {
          const { id: locationId, kind, name } = fence;
          result.items.push({ locationId, kind, name, ...found, suggestedRadiusM, finishedRuns: [] });
        }
      }
      after = last.id;
    }
    result.unfitting = result.items.length;
    result.items.sort((a, b) => wrongBy(b) - wrongBy(a) || a.locationId - b.locationId);
    const items = result.items.slice(0, FENCES_AT_ONCE);
    for (const item of items) item.finishedRuns = await namedFinishedRuns(db, item.locationId, now());
    return { ...result, items };
  };
}
