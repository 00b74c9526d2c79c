import { hash } from 'node:crypto';
import { API_PREFIX } from '../../../../src-shared/contract/routes.ts';
import { isLoopbackHttp } from './request-guard.ts';

/** The name that all session cookies begin with, before the port. */
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

/**
 * The name of the cookie under this address. A browser keeps cookies by host and not by port, so the port is in the name:
 * two consoles of one machine don't sign each other out. Where the cookie is Secure, `__Host-` keeps out what a program
 * without TLS, or another name below the same domain, has set.
 */
function cookieName(url: string): string {
  const { port } = new URL(url);
  const name = port === '' ? SESSION_COOKIE : `${SESSION_COOKIE}_${port}`;
  return isLoopbackHttp(url) ? name : `__Host-${name}`;
}

/**
 * Hash of the token that a request carries, as `Authorization: Bearer` or as the cookie; null when there is none. Of two
 * cookies of our name one was set by somebody else, and nobody can say which: neither is taken.
 */
export function sessionTokenHash({ headers, url }: { headers: Headers; url: string }): Uint8Array | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const token = bearer ?? onlyCookie(headers.get('cookie') ?? '', cookieName(url));
  return token !== undefined && TOKEN.test(token) ? hashToken(token) : null;
}

function onlyCookie(header: string, name: string): string | undefined {
  const values = header.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1).trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

/** Set-Cookie for a new session; `token` null ends it. */
export function sessionCookie(request: Request, token: string | null, maxAgeSeconds = 0): string {
  const [path, secure] = isLoopbackHttp(request.url) ? [API_PREFIX, ''] : ['/', '; Secure'];
  return `${cookieName(request.url)}=${token ?? ''}; Path=${path}; Max-Age=${token === null ? 0 : Math.floor(maxAgeSeconds)}; HttpOnly; SameSite=Strict${secure}`;
}
