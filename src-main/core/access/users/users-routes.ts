import type { User } from '../../../../src-shared/contract/auth.ts';
import type { Role } from '../../../../src-shared/contract/roles.ts';
import { getClient } from '../../clients/clients-store.ts';
import { changes, chosen, invalid, orNameTaken } from '../../platform/db/conflicts.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import type { Handlers } from '../../platform/http/handler.ts';
import { permissionMatrix } from '../../platform/http/permissions.ts';
import { requireSession } from '../../platform/http/principal.ts';
import { forgetLoginsAs } from '../attempts-store.ts';
import { hashPassword } from '../passwords.ts';
import { deleteSessionsOf } from '../sessions/sessions-store.ts';
import { revokeTokensOf } from '../tokens/api-tokens-store.ts';
import {
  anotherAdministratorExists,
  getUser,
  insertUser,
  listUsers,
  type UserChange,
  updateUser,
} from './users-store.ts';

const usernameTaken = {
  index: 'users_username_key',
  field: 'username',
  message: 'Another user has this name. Choose a different one.',
};

export const userHandlers = {
  listPermissions: () => permissionMatrix(),

  listUsers: ({ tx }, { query }) => listUsers(tx, query),

  getUser: ({ tx }, { params }) => getUser(tx, params.userId),

  async createUser(context, { body }) {
    const { tx, now } = context;
    await checkClient(tx, body.role, body.clientId);
    const passwordHash = await hashPassword(body.password);
    const { username, displayName, role, clientId, mustChangePassword } = body;
    const id = await orNameTaken(
      insertUser(tx, { username, displayName, role, clientId, passwordHash, mustChangePassword }, now),
      usernameTaken,
    );
    await context.audit({ resourceType: 'user', resourceId: id, details: { username, role, clientId } });
    return getUser(tx, id);
  },

  async updateUser(context, { params, body }) {
    const { tx, now } = context;
    const { principal, session } = requireSession(context);
    const before = await getUser(tx, params.userId);
    const role = body.role ?? before.role;
    const moved = body.role !== undefined || body.clientId !== undefined;
    // Somebody who stops being a client's viewer no longer has a client, even if the request doesn't say so.
    const clientId =
      body.clientId !== undefined ? body.clientId : role === 'client-viewer' ? (before.client?.id ?? null) : null;
    if (moved) await checkClient(tx, role, clientId);
    await keepAnAdministrator(tx, before, { role, disabled: body.disabled ?? before.disabled });
    const change: UserChange = { displayName: body.displayName };
    if (moved) Object.assign(change, { role, clientId });
    if (body.disabled !== undefined && body.disabled !== before.disabled)
      change.disabledAt = body.disabled ? now : null;
    if (body.password !== undefined) {
      if (before.id === principal.userId)
        throw invalid('password', 'Change your own password under Security, where the current one is asked for.');
      change.passwordHash = await hashPassword(body.password);
      change.mustChangePassword = body.mustChangePassword ?? true;
    } else change.mustChangePassword = body.mustChangePassword;
    await updateUser(tx, before.id, change);
    if (change.passwordHash !== undefined || change.disabledAt === null) await forgetLoginsAs(tx, before.username);
    if (body.disabled || body.password !== undefined)
      await deleteSessionsOf(tx, before.id, before.id === principal.userId ? session.tokenHash : null);
    // Whoever knew the former password may have made them.
    const tokensRevoked = body.password === undefined ? 0 : await revokeTokensOf(tx, before.id, now);
    const user = await getUser(tx, before.id);
    const details = {
      ...changes(before, user),
      ...(body.password === undefined ? {} : { passwordSet: true, tokensRevoked }),
    };
    await context.audit({ resourceType: 'user', resourceId: user.id, details });
    return user;
  },
} satisfies Partial<Handlers>;

async function checkClient(tx: Transaction, role: Role, clientId: number | null): Promise<void> {
  if (role !== 'client-viewer') {
    if (clientId !== null) throw invalid('clientId', 'Only a client viewer belongs to a client. Leave the client out.');
    return;
  }
  if (clientId === null) throw invalid('clientId', 'Choose the client whose devices this user may see.');
  await chosen(getClient(tx, clientId), 'clientId', 'This client does not exist. Choose another.');
}

async function keepAnAdministrator(
  tx: Transaction,
  before: User,
  next: { role: Role; disabled: boolean },
): Promise<void> {
  const leaves = before.role === 'admin' && !before.disabled && (next.role !== 'admin' || next.disabled);
  if (leaves && !(await anotherAdministratorExists(tx, before.id)))
    throw new AppError('conflict', 'This is the last administrator. Make another user an administrator first.');
}
