import type { Logger } from 'pino';
import type { Database } from '../../platform/db/queryable.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { DownloadTickets } from '../../platform/http/download-tickets.ts';
import type { Handlers, RequestContext } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import type { JobQueue } from '../../platform/jobs/queue.ts';
import type { RandomBytes } from '../envelope.ts';
import type { Argon2Cost } from '../key-encryption-key.ts';
import type { Keyring } from '../keyring.ts';
import { deleteKit } from '../recovery-kit-deletion.ts';
import { type ChangeRequest, startPassphraseChange, startRotation } from './change.ts';
import { keyProtection, kitDownload, latestKit } from './key-protection.ts';

function requestOf(context: RequestContext, body: { passphrase: string | null }): ChangeRequest {
  const { userId, username } = requirePrincipal(context);
  return { passphrase: body.passphrase, askedBy: { userId, username } };
}

export interface KeyProtectionDeps {
  config: { readonly dataDir: string; readonly passphraseCost?: Argon2Cost };
  db: Database;
  events: EventBus;
  jobs: JobQueue;
  keyring: Keyring;
  log: Logger;
  tickets: DownloadTickets;
  now: () => Date;
  randomBytes: RandomBytes;
}

export const keyProtectionHandlers = (deps: KeyProtectionDeps) => {
  const stateFor = (context: RequestContext) => keyProtection(deps, requirePrincipal(context).role === 'admin');
  /** Tells the screens of this console, and other consoles, to look again. */
  const changed = () => deps.events.publish({ type: 'changed', resource: 'key-protection' });

  return {
    getKeyProtection: (context) => stateFor(context),

    async enrolConsole(context, { body }) {
      await deps.keyring.enrol(body.passphrase);
      await context.audit({ details: { keyEncryptionKeyId: deps.keyring.kekId() } });
      changed();
      return stateFor(context);
    },

    async lockKeys(context) {
      // Locked means that no key is in memory any more: of jobs, of workers, of this process.
      await deps.keyring.lock();
      await context.audit({});
      changed();
      return stateFor(context);
    },

    async unlockKeys(context) {
      await deps.keyring.unlock();
      await context.audit({});
      changed();
      return stateFor(context);
    },

    async rotateKey(context, { body }) {
      const job = await startRotation(deps, requestOf(context, body), (details, tx) =>
        context.audit({ resourceType: 'job', resourceId: details.jobId as number, details }, tx),
      );
      changed();
      return job;
    },

    async changePassphrase(context, { body }) {
      const job = await startPassphraseChange(deps, requestOf(context, body), (details, tx) =>
        context.audit({ resourceType: 'job', resourceId: details.jobId as number, details }, tx),
      );
      changed();
      return job;
    },

    async prepareRecoveryKit(context) {
      const kit = await latestKit(deps);
      await context.audit({ details: { recoveryKit: kit.name } });
      return deps.tickets.issue(context, kitDownload(kit));
    },

    async deleteRecoveryKit(context) {
      const kit = await latestKit(deps);
      await deleteKit(deps, kit, (details) => context.audit({ details }));
      changed();
    },

    async fetchDownload(context, { params }) {
      const download = deps.tickets.take(context, params.ticket);
      // Before the first byte: nothing leaves unrecorded. The ticket itself must not stand in the log.
      await context.audit({ resourceType: 'download', resourceId: download.fileName, details: download.details });
      return download.write(context);
    },
  } satisfies Partial<Handlers>;
};
