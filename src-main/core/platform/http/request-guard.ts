import { AppError } from '../errors.ts';
import { apiTokenHash } from './api-token.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
export const isUnsafe = (method: string) => !safeMethods.has(method);

/**
 * Refuses what a page of another site could make a browser send. Loopback is not authentication: the `Host` must be
 * one of ours to the letter (DNS rebinding), and an `Origin` or `Sec-Fetch-Site` must say that our own page asks.
 * Programs send neither header. An API token is judged by itself: no browser attaches one by itself, and without CORS
 * headers no page of another site can send or read one. Throws AppError `forbidden`.
 */
export function guardRequest(request: Request, allowedHosts: readonly string[]): void {
  const url = new URL(request.url);
  const host = request.headers.get('host') ?? url.host;
  // The target of a request may name a host as well, and then counts for more than the header (RFC 9112, 3.2.2).
  if (!allowedHosts.includes(host) || !allowedHosts.includes(url.host)) {
    throw new AppError(
      'forbidden',
      'This console is not served under that host name. Use the address that it printed.',
    );
  }
  if (apiTokenHash(request.headers)) return;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw crossSite();
  const origin = request.headers.get('origin');
  if (origin === null) return;
  // `URL.origin` is "null" for a custom scheme, so the parts are compared; behind a TLS proxy the scheme is its own.
  const allowed = [`${url.protocol}//${host}`, `https://${host}`];
  if (!allowed.includes(origin)) throw crossSite();
}

const crossSite = () => new AppError('forbidden', 'The request came from another site. Use the console’s own pages.');

/** Whether the console is reached on this machine without TLS, where a browser would drop a `Secure` cookie. */
export function isLoopbackHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'http:' && (/^(.+\.)?localhost$/.test(hostname) || hostname === '[::1]' || /^127\./.test(hostname))
  );
}
