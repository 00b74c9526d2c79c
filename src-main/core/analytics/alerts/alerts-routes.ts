import { listAssignees } from '../../access/users/assignees-store.ts';
import { AppError } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { groupAlerts, listAlerts, summariseAlerts } from './alerts-store.ts';
import { changeThresholds, readVersionedThresholds } from './thresholds.ts';
import { acknowledgeAlerts, assignAlerts, reopenAlerts, snoozeAlerts } from './triage-store.ts';

export interface AlertDeps {
  events: EventBus;
}

const refused = (path: string, message: string) =>
  new AppError('validation-failed', message, { fields: [{ path, message }] });

export const alertHandlers = (deps: AlertDeps) =>
  ({
    listAlerts: (context, { query }) => listAlerts(context.tx, query, requirePrincipal(context).userId, context.now),
    listAlertGroups: async (context, { query }) => ({
      items: await groupAlerts(context.tx, query, requirePrincipal(context).userId, context.now),
    }),
    listAlertAssignees: async ({ tx }) => ({ items: await listAssignees(tx) }),
    getAlertSummary: ({ tx, now }) => summariseAlerts(tx, now),
    async acknowledgeAlerts(context, { body }) {
      const { tx, now } = context;
      const { userId, displayName } = requirePrincipal(context);
      const done = await acknowledgeAlerts(tx, body.alertIds, { userId, name: displayName }, body.note, now);
      await context.audit({ resourceType: 'alert', details: { alertIds: done.map(({ id }) => id), note: body.note } });
      tx.afterCommit(() => {
        for (const clientId of new Set(done.map((alert) => alert.clientId)))
          deps.events.publish({ type: 'alerts', clientId });
      });
      return { acknowledged: done.length };
    },
    async triageAlerts(context, { body }) {
      const { tx, now } = context;
      const { userId, displayName } = requirePrincipal(context);
      const { alertIds, assigneeId, snoozedUntil, reopen } = body;
      const by = { userId, name: displayName };
      const assignee = assigneeId ? (await listAssignees(tx)).find(({ id }) => id === assigneeId) : null;
      if (assignee === undefined) throw refused('assigneeId', 'Choose a member of staff who may log in.');
      const until = snoozedUntil ? new Date(snoozedUntil) : null;
      if (until !== null && until <= now) throw refused('snoozedUntil', 'Choose a time in the future.');
      const done = [
        ...(reopen ? await reopenAlerts(tx, alertIds) : []),
        ...(assigneeId === undefined ? [] : await assignAlerts(tx, alertIds, assigneeId, by, now)),
        ...(snoozedUntil === undefined ? [] : await snoozeAlerts(tx, alertIds, until, by)),
      ];
      const changed = [...new Set(done.map(({ id }) => id))];
      await context.audit({
        resourceType: 'alert',
        details: { alertIds: changed, assignee: assignee?.name, assigneeId, snoozedUntil, reopen },
      });
      tx.afterCommit(() => {
        for (const clientId of new Set(done.map((alert) => alert.clientId)))
          deps.events.publish({ type: 'alerts', clientId });
      });
      return { changed: changed.length };
    },
    getThresholds: ({ tx }) => readVersionedThresholds(tx),
    async updateThresholds(context, { body }) {
      const thresholds = await changeThresholds(context.tx, body, context.now);
      await context.audit({ resourceType: 'settings', details: body });
      return thresholds;
    },
  }) satisfies Partial<Handlers>;
