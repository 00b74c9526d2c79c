import { z } from 'zod';
import { keyAfter, pageOf } from '../platform/db/listing.ts';
import { AppError } from '../platform/errors.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { AuditNote, Handlers, RequestContext } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { describeEntry, describeForClient, describeWorkstation } from './describe.ts';
import { readVersionedOfflineSettings, writeOfflineSettings } from './offline-settings.ts';
import { noteForAudit } from './people.ts';
import { markDamagedFileSeen } from './store/damaged-files-store.ts';
import { writeFact } from './store/facts-store.ts';
import { listOutbox } from './store/outbox-store.ts';
import type { Workstation } from './workstation.ts';

export interface WorkstationDeps {
  workstation: Workstation | null;
  events: EventBus;
}

function workstationOf(deps: WorkstationDeps): Workstation {
  if (deps.workstation) return deps.workstation;
  throw new AppError('not-found', 'This console keeps no store of its own.');
}

/** Audited now, or as soon as the central database answers. */
async function auditLater(
  workstation: Workstation,
  context: RequestContext,
  action: string,
  note: AuditNote,
): Promise<void> {
  if (workstation.link.state() !== 'offline') return context.audit(note);
  const { userId, username } = requirePrincipal(context);
  workstation.store.write(() => noteForAudit(workstation, userId, { username, action, details: note.details ?? {} }));
}

const key = z.number().int();

/** About this workstation alone: answered by its own store, whether the central database is there or not. */
export const workstationHandlers = (deps: WorkstationDeps) =>
  ({
    getWorkstation(context) {
      const state = describeWorkstation(workstationOf(deps));
      return requirePrincipal(context).role === 'client-viewer' ? describeForClient(state) : state;
    },

    async updateWorkstation(context, { body }) {
      writeFact(workstationOf(deps).store, 'scanner', body.scanner);
      await auditLater(workstationOf(deps), context, 'workstation.update', {
        resourceType: 'workstation',
        details: body,
      });
      return { ok: true };
    },

    async acknowledgeDamagedFile(context, { params }) {
      const { store } = workstationOf(deps);
      const { username } = requirePrincipal(context);
      const id = params.damagedFileId;
      markDamagedFileSeen(store, id, username);
      await auditLater(workstationOf(deps), context, 'workstation.damage-seen', {
        resourceType: 'workstation',
        details: { damagedFileId: id },
      });
      return { ok: true };
    },

    getOfflineSettings: ({ tx }) => readVersionedOfflineSettings(tx),

    async updateOfflineSettings(context, { body }) {
      const settings = await context.transaction(async (tx) => {
        await context.checkVersion(tx);
        await writeOfflineSettings(tx, body, context.now);
        await context.audit({ resourceType: 'settings', resourceId: 'offline', details: body }, tx);
        return readVersionedOfflineSettings(tx);
      });
      if (deps.workstation) writeFact(deps.workstation.store, 'sign-in-days', body.signInDays);
      return settings;
    },

    listOutboxEntries(_context, { query }) {
      const workstation = workstationOf(deps);
      const rows = listOutbox(workstation.store, query.state, query.limit + 1, keyAfter(key, query.cursor) ?? null);
      const page = pageOf(
        rows,
        query.limit,
        (row) => describeEntry(workstation, row),
        (row) => row.sequence,
      );
      return { ...page, items: page.items.filter((entry) => entry !== null) };
    },
  }) satisfies Partial<Handlers>;
