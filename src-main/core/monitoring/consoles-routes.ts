import { consoleKey } from '../offline/store/console-key.ts';
import type { Workstation } from '../offline/workstation.ts';
import { notFound } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { findConsole, forgetConsole, listConsoles, nameConsole } from './consoles-store.ts';

export const consoleHandlers = ({ workstation }: { workstation: Workstation | null }) => {
  const thisKey = () => workstation && consoleKey(workstation.store);
  return {
    listConsoles: async ({ tx }) => ({ items: await listConsoles(tx, thisKey()) }),

    async getConsole({ tx }, { params }) {
      const found = await findConsole(tx, params.consoleId, thisKey());
      if (!found) throw notFound('console', params.consoleId);
      return found;
    },

    async updateConsole(context, { params, body }) {
      const named = await nameConsole(context.tx, params.consoleId, body.name, thisKey());
      if (!named) throw notFound('console', params.consoleId);
      const details = { name: { from: named.was, to: body.name }, hostName: named.console.hostName };
      await context.audit({ resourceType: 'console', resourceId: params.consoleId, details });
      return named.console;
    },

    async forgetConsole(context, { params }) {
      const forgotten = await forgetConsole(context.tx, params.consoleId);
      if (!forgotten) throw notFound('console', params.consoleId);
      await context.audit({ resourceType: 'console', resourceId: params.consoleId, details: forgotten });
    },
  } satisfies Partial<Handlers>;
};
