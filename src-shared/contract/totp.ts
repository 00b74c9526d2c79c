import { z } from 'zod';
import { params } from './common.ts';
import { adminOnly, everyone } from './roles.ts';
import { json, nothing, route } from './route.ts';

/** A six-digit code of an authenticator app, or a recovery code. Spaces and dashes are ignored. */
export const secondFactorCode = z.string().trim().min(6, 'Enter the whole code.').max(40);
const currentPassword = z.string().max(200);

export const totpRoutes = {
  getTotp: route({
    method: 'GET',
    path: '/auth/totp',
    summary: 'Whether the asking user logs in with a second factor',
    tag: 'auth',
    access: everyone,
    output: json(z.object({ enabled: z.boolean(), recoveryCodesLeft: z.number().int() })),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
    sessionOnly: true,
  }),
  beginTotp: route({
    method: 'POST',
    path: '/auth/totp',
    summary: 'Make a secret for an authenticator app, as otpauth URI and QR code; it counts once it is confirmed',
    tag: 'auth',
    access: everyone,
    body: json(z.object({ currentPassword })),
    output: json(z.object({ secret: z.string(), uri: z.string(), qrSvg: z.string() })),
    status: 201,
    idempotent: false,
    audited: 'totp.begin',
    ownTransaction: true,
    reauthenticate: 'currentPassword',
    sessionOnly: true,
  }),
  confirmTotp: route({
    method: 'POST',
    path: '/auth/totp/confirmation',
    summary: 'Prove the app with a code of it; answers with the recovery codes, which are shown this once',
    tag: 'auth',
    access: everyone,
    body: json(z.object({ code: secondFactorCode })),
    output: json(z.object({ recoveryCodes: z.array(z.string()) })),
    status: 200,
    idempotent: false,
    audited: 'totp.enable',
    ownTransaction: true,
    sessionOnly: true,
  }),
  removeTotp: route({
    method: 'POST',
    path: '/auth/totp/removal',
    summary: 'Log in without a second factor from now on',
    tag: 'auth',
    access: everyone,
    body: json(z.object({ currentPassword })),
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'totp.disable',
    ownTransaction: true,
    reauthenticate: 'currentPassword',
    sessionOnly: true,
  }),
  resetUserTotp: route({
    method: 'DELETE',
    path: '/users/{userId}/totp',
    summary: 'Take away the second factor of a user who lost it, and end their sessions',
    tag: 'users',
    access: adminOnly,
    params: params.user,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'totp.reset',
    ownTransaction: true,
    sessionOnly: true,
  }),
};
