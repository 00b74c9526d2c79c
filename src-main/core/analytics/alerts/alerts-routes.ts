import type { EventBus } from '../../platform/events/bus.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { acknowledgeAlerts, listAlerts, summariseAlerts } from './alerts-store.ts';
import { changeThresholds, readVersionedThresholds } from './thresholds.ts';

export interface AlertDeps {
  events: EventBus;
}

export const alertHandlers = (deps: AlertDeps) =>
  ({
    listAlerts: ({ tx }, { query }) => listAlerts(tx, query),
    getAlertSummary: ({ tx }) => summariseAlerts(tx),
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
    getThresholds: ({ tx }) => readVersionedThresholds(tx),
    async updateThresholds(context, { body }) {
      const thresholds = await changeThresholds(context.tx, body, context.now);
      await context.audit({ resourceType: 'settings', details: body });
      return thresholds;
    },
  }) satisfies Partial<Handlers>;
