import { hash } from 'node:crypto';

/** What tells an API token from a session's, in a header and for scanners that look for leaked secrets. */
const MARK = 'tlc_';
/** 256 bits, as base64url without padding. */
const TOKEN_BYTES = 32;
const TOKEN = /^Bearer +(tlc_[A-Za-z0-9_-]{43})$/i;
/** Characters that stay readable: six of the random ones, which leaves 220 bits unknown. */
const PREFIX_LENGTH = MARK.length + 6;

/** A new token with the SHA-256 under which it is stored; a fast hash is enough for 256 random bits. */
export function newApiToken(randomBytes: (length: number) => Uint8Array): {
  token: string;
  tokenHash: Uint8Array;
  prefix: string;
} {
  const token = MARK + Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url');
  return { token, tokenHash: hash('sha256', token, 'buffer'), prefix: token.slice(0, PREFIX_LENGTH) };
}

/** Hash of the API token that a request carries; null when it carries none. */
export function apiTokenHash(headers: Headers): Uint8Array | null {
  const token = TOKEN.exec(headers.get('authorization') ?? '')?.[1];
  return token === undefined ? null : hash('sha256', token, 'buffer');
}
