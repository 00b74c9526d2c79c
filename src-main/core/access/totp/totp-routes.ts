import { invalid } from '../../platform/db/conflicts.ts';
import { systemScope } from '../../platform/db/queryable.ts';
import { AppError, notFound } from '../../platform/errors.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { requireSession } from '../../platform/http/principal.ts';
import type { Reauthentication } from '../re-authentication.ts';
import { deleteSessionsOf } from '../sessions/sessions-store.ts';
import { getUser } from '../users/users-store.ts';
import { confirmedTotp, newRecoveryCodes, newTotp, type TotpDeps, totpStep } from './totp.ts';
import { confirmTotp, deleteTotp, findTotp, putPendingTotp, recoveryCodesLeft, spendTotpStep } from './totp-store.ts';

const alreadyOn = () =>
  new AppError('conflict', 'A second factor is already on. Turn it off before setting up another.');

export const totpHandlers = (deps: TotpDeps & { reauthentication: Pick<Reauthentication, 'guessable'> }) =>
  ({
    async getTotp(context) {
      const { userId } = requireSession(context).principal;
      const enabled = (await confirmedTotp(deps, userId)) !== null;
      return { enabled, recoveryCodesLeft: enabled ? await recoveryCodesLeft(deps.db, userId) : 0 };
    },

    async beginTotp(context) {
      const { now } = context;
      const { principal } = requireSession(context);
      const { userId, username } = principal;
      if (await confirmedTotp(deps, userId)) throw alreadyOn();
      const { dataKeyId, sealedSecret, ...shown } = await newTotp(deps, { id: userId, username });
      await deps.db.transaction(systemScope, async (tx) => {
        if (!(await putPendingTotp(tx, { userId, dataKeyId, sealedSecret }, now))) throw alreadyOn();
        await context.audit({ resourceType: 'user', resourceId: userId }, tx);
      });
      return shown;
    },

    async confirmTotp(context, { body }) {
      const { now } = context;
      const { userId } = requireSession(context).principal;
      const row = await findTotp(deps.db, userId);
      if (!row) throw new AppError('conflict', 'Start the set-up of the second factor first.');
      if (row.confirmed) throw alreadyOn();
      let step: number | null = null;
      const matches = async () => {
        step = await totpStep(deps, userId, row, body.code.replace(/\s/g, ''));
        return step !== null;
      };
      const wrong = () =>
        invalid('code', 'This is not the current code. Check the clock of the phone, and try the next one.');
      await deps.reauthentication.guessable(context, matches, wrong);
      const { codes, hashes } = newRecoveryCodes(deps.randomBytes, userId);
      await deps.db.transaction(systemScope, async (tx) => {
        if (step === null || !(await spendTotpStep(tx, userId, step))) throw wrong();
        await confirmTotp(tx, userId, hashes, now);
        await context.audit({ resourceType: 'user', resourceId: userId }, tx);
      });
      return { recoveryCodes: codes };
    },

    async removeTotp(context) {
      const { principal } = requireSession(context);
      await deps.db.transaction(systemScope, async (tx) => {
        await deleteTotp(tx, principal.userId);
        await context.audit({ resourceType: 'user', resourceId: principal.userId }, tx);
      });
    },

    async resetUserTotp(context, { params }) {
      const { userId } = params;
      await deps.db.transaction(systemScope, async (tx) => {
        const { username } = await getUser(tx, userId);
        if (!(await deleteTotp(tx, userId))) throw notFound('second factor of user', userId);
        await deleteSessionsOf(tx, userId, null);
        await context.audit({ resourceType: 'user', resourceId: userId, details: { username } }, tx);
      });
    },
  }) satisfies Partial<Handlers>;
