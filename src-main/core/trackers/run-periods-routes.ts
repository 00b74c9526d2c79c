import { isDeepStrictEqual } from 'node:util';
import type { PeriodWords } from '../../../src-shared/contract/run-periods.ts';
import { changes } from '../platform/db/conflicts.ts';
import { notFound } from '../platform/errors.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { lockPresentWords, lockWords, runPeriodsOf, saveWords } from './period-words-store.ts';
import { trackerIsVisible } from './tracker-history-store.ts';

const MAX_TAGS = 20;
/** The words that are named, over those that are there. */
const over = (before: PeriodWords, set: { [K in keyof PeriodWords]?: PeriodWords[K] | undefined }): PeriodWords => ({
  ...before,
  ...Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)),
});

export const runPeriodHandlers = (deps: { events: EventBus }) => {
  const tell = () => deps.events.publish({ type: 'changed', resource: 'trackers' });
  return {
    async listTrackerGoods({ tx, now }, { params }) {
      if (!(await trackerIsVisible(tx, params.trackerId))) throw notFound('tracker', params.trackerId);
      return { items: await runPeriodsOf(tx, params.trackerId, now) };
    },
    async getTrackerGoods({ tx, now }, { params }) {
      const periods = await runPeriodsOf(tx, params.trackerId, now);
      const period = periods.find(({ id }) => id === params.runPeriodId);
      if (!period) throw notFound('run period', params.runPeriodId);
      return period;
    },
    async describeRunPeriod(context, { params, body }) {
      const { tx, now } = context;
      const { trackerId, runPeriodId } = params;
      const period = (await lockWords(tx, [runPeriodId])).find((one) => one.trackerId === trackerId);
      if (!period) throw notFound('run period', runPeriodId);
      const words = over(period.words, body);
      await saveWords(tx, [{ runPeriodId, words }]);
      await context.audit({
        resourceType: 'tracker',
        resourceId: trackerId,
        details: { trackerId, runPeriodId, ...changes({ ...period.words }, { ...words }) },
      });
      tx.afterCommit(tell);
      return (await runPeriodsOf(tx, trackerId, now)).find(({ id }) => id === runPeriodId)!;
    },
    async describeTrackers(context, { body }) {
      const { tx } = context;
      const { trackerIds, set, addTags, removeTags } = body;
      const periods = await lockPresentWords(tx, trackerIds);
      const known = new Set(periods.map(({ trackerId }) => trackerId));
      const refused = trackerIds
        .filter((id) => !known.has(id))
        .map((trackerId) => ({ trackerId, reason: 'It is not in a production run.' }));
      const undo = periods.flatMap(({ trackerId, runPeriodId, words }) => {
        const kept = words.tags.filter((tag) => !removeTags.includes(tag));
        const tags = [...new Set([...kept, ...addTags])].sort();
        if (tags.length > MAX_TAGS) {
          refused.push({ trackerId, reason: `It would have ${tags.length} tags; at most ${MAX_TAGS} are allowed.` });
          return [];
        }
        const expected = over(words, { ...set, tags });
        return isDeepStrictEqual(words, expected) ? [] : [{ runPeriodId, words, expected }];
      });
      await saveWords(
        tx,
        undo.map(({ runPeriodId, expected }) => ({ runPeriodId, words: expected })),
      );
      const changed = new Set(undo.map(({ runPeriodId }) => runPeriodId));
      await context.audit({
        resourceType: 'tracker',
        details: {
          trackerIds: periods.filter(({ runPeriodId }) => changed.has(runPeriodId)).map(({ trackerId }) => trackerId),
          ...{ set, addTags, removeTags },
        },
      });
      tx.afterCommit(tell);
      return { changed: undo.length, refused, undo };
    },
    async restoreRunPeriods(context, { body }) {
      const { tx } = context;
      const present = await lockWords(
        tx,
        body.periods.map(({ runPeriodId }) => runPeriodId),
      );
      const byId = new Map(present.map((period) => [period.runPeriodId, period]));
      const restored = body.periods.filter(({ runPeriodId, expected }) =>
        isDeepStrictEqual(byId.get(runPeriodId)?.words, expected),
      );
      const done = new Set(restored.map(({ runPeriodId }) => runPeriodId));
      const refused = body.periods.flatMap(({ runPeriodId }) => {
        if (done.has(runPeriodId)) return [];
        const trackerId = byId.get(runPeriodId)?.trackerId ?? null;
        const reason = trackerId === null ? 'The run period no longer exists.' : 'It has been edited since.';
        return [{ trackerId, runPeriodId, reason }];
      });
      await saveWords(tx, restored);
      await context.audit({
        resourceType: 'tracker',
        details: { trackerIds: [...done].map((id) => byId.get(id)!.trackerId), refused: refused.length },
      });
      tx.afterCommit(tell);
      return { changed: restored.length, refused };
    },
  } satisfies Partial<Handlers>;
};
