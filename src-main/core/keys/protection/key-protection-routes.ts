import { reauthenticate } from '../../access/re-authentication.ts';
import { preparePrivateKeyExport } from '../../manufacturing/private-keys/private-key-export.ts';
import { issueTicket, takeTicket } from '../../platform/http/download-tickets.ts';
import type { Handlers, RequestContext } from '../../platform/http/handler.ts';
import { requirePrincipal } from '../../platform/http/principal.ts';
import { deleteKit } from '../recovery-kit-deletion.ts';
import { type ChangeRequest, startPassphraseChange, startRotation } from './change.ts';
import { keyProtection, kitDownload, latestKit } from './key-protection.ts';

const stateFor = (context: RequestContext) => keyProtection(context.core, requirePrincipal(context).role === 'admin');

/** Tells the screens of this console, and other consoles, to look again. */
const changed = ({ core }: RequestContext) => core.events.publish({ type: 'changed', resource: 'key-protection' });

function requestOf(context: RequestContext, body: { passphrase: string | null }): ChangeRequest {
  const { userId, username } = requirePrincipal(context);
  return { passphrase: body.passphrase, askedBy: { userId, username } };
}

export const keyProtectionHandlers = {
  getKeyProtection: (context) => stateFor(context),

  async enrolConsole(context, { body }) {
    await reauthenticate(context, body.password);
    await context.core.keyring.enrol(body.passphrase);
    await context.audit({ details: { keyEncryptionKeyId: context.core.keyring.kekId() } });
    changed(context);
    return stateFor(context);
  },

  async lockKeys(context) {
    const { core } = context;
    core.keyring.lock();
    // Jobs that hold data keys give themselves back; locked means that none is in memory any more.
    await core.jobs.recheck();
    await context.audit({});
    changed(context);
    return stateFor(context);
  },

  async unlockKeys(context, { body }) {
    await reauthenticate(context, body.password);
    await context.core.keyring.unlock();
    await context.audit({});
    changed(context);
    return stateFor(context);
  },

  async rotateKey(context, { body }) {
    await reauthenticate(context, body.password);
    const job = await startRotation(context.core, requestOf(context, body), (details, tx) =>
      context.audit({ resourceType: 'job', resourceId: details.jobId as number, details }, tx),
    );
    changed(context);
    return job;
  },

  async changePassphrase(context, { body }) {
    await reauthenticate(context, body.password);
    const job = await startPassphraseChange(context.core, requestOf(context, body), (details, tx) =>
      context.audit({ resourceType: 'job', resourceId: details.jobId as number, details }, tx),
    );
    changed(context);
    return job;
  },

  async prepareRecoveryKit(context, { body }) {
    await reauthenticate(context, body.password);
    const kit = await latestKit(context.core);
    await context.audit({ details: { recoveryKit: kit.name } });
    return issueTicket(context, kitDownload(kit));
  },

  async deleteRecoveryKit(context) {
    const kit = await latestKit(context.core);
    await deleteKit(context.core, kit, (details) => context.audit({ details }));
    changed(context);
  },

  async preparePrivateKeyExport(context, { body }) {
    const { password, ...request } = body;
    await reauthenticate(context, password);
    const { download, keyCount } = await preparePrivateKeyExport(context.core, request);
    await context.audit({ resourceType: 'private-keys', resourceId: download.fileName, details: download.details });
    return { ...issueTicket(context, download), keyCount };
  },

  async fetchDownload(context, { params }) {
    const download = takeTicket(context, params.ticket);
    // Before the first byte: nothing leaves unrecorded. The ticket itself must not stand in the log.
    await context.audit({ resourceType: 'download', resourceId: download.fileName, details: download.details });
    return download.write(context);
  },
} satisfies Partial<Handlers>;
