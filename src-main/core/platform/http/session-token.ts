import { hash } from 'node:crypto';
import { isLoopbackHttp } from './request-guard.ts';

export const SESSION_COOKIE = 'console_session';
/** 256 bits, as base64url without padding. */
const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A new token, and the SHA-256 under which it is stored; the token itself is kept nowhere. */
export function newSessionToken(randomBytes: (length: number) => Uint8Array): { token: string; tokenHash: Uint8Array } {
  const token = Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url');
  return { token, tokenHash: hashToken(token) };
}

const hashToken = (token: string): Uint8Array => hash('sha256', token, 'buffer');

/** Hash of the token that a request carries, as `Authorization: Bearer` or as the cookie; null when there is none. */
export function sessionTokenHash(headers: Headers): Uint8Array | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const token = bearer ?? cookieValue(headers.get('cookie') ?? '', SESSION_COOKIE);
  return token !== undefined && TOKEN.test(token) ? hashToken(token) : null;
}

function cookieValue(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Set-Cookie for a new session; `token` null ends it. */
export function sessionCookie(request: Request, token: string | null, maxAgeSeconds = 0): string {
  const secure = isLoopbackHttp(request.url) ? '' : '; Secure';
  return `${SESSION_COOKIE}=${token ?? ''}; Path=/api/v1; Max-Age=${token === null ? 0 : Math.floor(maxAgeSeconds)}; HttpOnly; SameSite=Strict${secure}`;
}
