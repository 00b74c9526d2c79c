import { z } from 'zod';
import { id, instant, line, page, pageQuery, params, reference, sortsBy, version } from './common.ts';
import { adminOnly, everyone, roles } from './roles.ts';
import { json, nothing, route } from './route.ts';
import { secondFactorCode } from './totp.ts';

const roleSchema = z.enum(roles);

const username = z
  .string()
  .trim()
  .toLowerCase()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, 'Use 2 to 64 letters, digits, dots, dashes, underscores or @.');
export const newPassword = z.string().min(12, 'Use at least 12 characters.').max(200);

const sessionSchema = z.object({
  user: z.object({
    id,
    username: z.string(),
    displayName: z.string(),
    role: roleSchema,
    client: reference.nullable(),
  }),
  /** Somebody else chose the password. Until it is changed, nothing else is open. */
  mustChangePassword: z.boolean(),
  expiresAt: instant,
});
export type Session = z.infer<typeof sessionSchema>;

const userSchema = z.object({
  id,
  version,
  username: z.string(),
  displayName: z.string(),
  role: roleSchema,
  client: reference.nullable(),
  disabled: z.boolean(),
  mustChangePassword: z.boolean(),
  /** Signs in with a second factor. */
  totp: z.boolean(),
  lastLoginAt: instant.nullable(),
  createdAt: instant,
});
export type User = z.infer<typeof userSchema>;

const userFields = {
  displayName: line(1, 100),
  role: roleSchema,
  clientId: id.nullable().default(null),
};

export const userSorts = sortsBy('username', 'name', 'role', 'state', 'login', 'since');

export const authRoutes = {
  getSetup: route({
    method: 'GET',
    path: '/setup',
    summary: 'Whether the first administrator is still to be created',
    tag: 'auth',
    access: 'public',
    output: json(z.object({ required: z.boolean() })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createFirstAdministrator: route({
    method: 'POST',
    path: '/setup',
    summary: 'Create the first administrator; works once',
    tag: 'auth',
    access: 'public',
    body: json(z.object({ username, displayName: userFields.displayName, password: newPassword })),
    output: json(sessionSchema),
    status: 201,
    idempotent: false,
    audited: 'setup.administrator',
    ownTransaction: true,
  }),
  login: route({
    method: 'POST',
    path: '/auth/login',
    summary: 'Start a session; the answer sets an HttpOnly cookie. Whoever has a second factor sends its code as well',
    tag: 'auth',
    access: 'public',
    body: json(
      z.object({
        username: z.string().max(200),
        password: z.string().max(200),
        code: secondFactorCode.optional(),
      }),
    ),
    output: json(sessionSchema),
    status: 200,
    idempotent: false,
    audited: 'auth.login',
    ownTransaction: true,
  }),
  logout: route({
    method: 'POST',
    path: '/auth/logout',
    summary: 'End the session',
    tag: 'auth',
    access: everyone,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'auth.logout',
    sessionOnly: true,
    beforeNewPassword: true,
  }),
  getSession: route({
    method: 'GET',
    path: '/auth/session',
    summary: 'The user of this session',
    tag: 'auth',
    access: everyone,
    output: json(sessionSchema),
    status: 200,
    idempotent: true,
    audited: null,
    beforeNewPassword: true,
  }),
  changePassword: route({
    method: 'POST',
    path: '/auth/password',
    summary: 'Change your own password; ends all your other sessions',
    tag: 'auth',
    access: everyone,
    body: json(z.object({ currentPassword: z.string().max(200), newPassword })),
    output: nothing,
    status: 204,
    idempotent: false,
    audited: 'auth.password',
    ownTransaction: true,
    reauthenticate: 'currentPassword',
    sessionOnly: true,
    beforeNewPassword: true,
  }),
  listUsers: route({
    method: 'GET',
    path: '/users',
    summary: 'Users',
    tag: 'users',
    access: adminOnly,
    query: pageQuery.extend({ sort: z.enum(userSorts).default('username') }),
    output: json(page(userSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getUser: route({
    method: 'GET',
    path: '/users/{userId}',
    summary: 'One user',
    tag: 'users',
    access: adminOnly,
    params: params.user,
    output: json(userSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  createUser: route({
    method: 'POST',
    path: '/users',
    summary: 'Create a user; a client viewer needs a clientId, nobody else has one',
    tag: 'users',
    access: adminOnly,
    body: json(
      z.object({ username, password: newPassword, mustChangePassword: z.boolean().default(true), ...userFields }),
    ),
    output: json(userSchema),
    status: 201,
    idempotent: false,
    audited: 'user.create',
    sessionOnly: true,
  }),
  updateUser: route({
    method: 'PATCH',
    path: '/users/{userId}',
    summary:
      'Change a user, disable or enable, set a new password (to be changed at the next login, unless said otherwise; it ends the user’s sessions and revokes their API tokens)',
    tag: 'users',
    access: adminOnly,
    params: params.user,
    body: json(
      z.object({
        displayName: userFields.displayName.optional(),
        role: roleSchema.optional(),
        clientId: id.nullable().optional(),
        disabled: z.boolean().optional(),
        password: newPassword.optional(),
        mustChangePassword: z.boolean().optional(),
      }),
    ),
    output: json(userSchema),
    status: 200,
    idempotent: true,
    audited: 'user.update',
    sessionOnly: true,
    versioned: { record: 'users', guarded: ['role', 'clientId'], uncounted: ['password', 'mustChangePassword'] },
  }),
};
