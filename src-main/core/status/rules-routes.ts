import type { StatusRules } from '../../../src-shared/domain/status/types.ts';
import { changes } from '../platform/db/conflicts.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { getJob } from '../platform/jobs/jobs-store.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { refoldContext } from './refold-context.ts';
import { changeStatusRules, readStatusRules, readVersionedStatusRules, refuseRunsUnderWay } from './rules.ts';
import { countKeptRules } from './rules-store.ts';

export interface StatusRulesDeps {
  jobs: JobQueue;
}

const resourceType = 'status-rules';

type Change = { [K in keyof StatusRules]?: StatusRules[K] | undefined };
const changed = (before: StatusRules, { exitConfirmations, maxAccuracyM }: Change): StatusRules => ({
  exitConfirmations: exitConfirmations ?? before.exitConfirmations,
  maxAccuracyM: maxAccuracyM === undefined ? before.maxAccuracyM : maxAccuracyM,
});

export const statusRulesHandlers = (deps: StatusRulesDeps) =>
  ({
    async getStatusRules({ tx }) {
      return { ...(await readVersionedStatusRules(tx)), runsThatKeepOthers: await countKeptRules(tx) };
    },
    async previewStatusRules(context, { body }) {
      const { tx, now } = context;
      const rules = changed(await readStatusRules(tx), body);
      const jobId = await deps.jobs.add(tx, {
        kind: 'status-rules-preview',
        label: 'Status rules',
        unit: 'trackers',
        total: null,
        input: { ...rules },
        resource: null,
        createdBy: requirePrincipal(context).userId,
      });
      await context.audit({ resourceType, details: { ...rules, jobId } });
      return getJob(tx, jobId, now);
    },
    async updateStatusRules(context, { body: { finishedRunIds, ...change } }) {
      const { tx, now } = context;
      const before = await readStatusRules(tx);
      const after = changed(before, change);
      await refuseRunsUnderWay(tx, finishedRunIds, now);
      const isSame = before.exitConfirmations === after.exitConfirmations && before.maxAccuracyM === after.maxAccuracyM;
      const jobId =
        isSame && finishedRunIds.length === 0
          ? null
          : await changeStatusRules(tx, after, refoldContext(deps, context), finishedRunIds);
      await context.audit({
        resourceType,
        details: { ...changes({ ...before }, { ...after }), finishedRunIds, jobId },
      });
      return { ...(await readVersionedStatusRules(tx)), runsThatKeepOthers: await countKeptRules(tx), jobId };
    },
  }) satisfies Partial<Handlers>;
