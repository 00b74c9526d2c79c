/**
 * Headers of every API answer: nothing is cached, sniffed, framed or run, and no other origin may read it. No CORS
 * header is ever sent.
 */
export function securityHeaders(requestId: string, extra: Record<string, string> = {}): Headers {
  return new Headers({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-request-id': requestId,
    ...extra,
  });
}
