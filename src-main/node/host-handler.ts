import { API_PREFIX } from '../../src-shared/contract/routes.ts';
import type { HandleRequest, Peer } from '../core/platform/http/router.ts';

/** A year: a browser that was here once asks for nothing but HTTPS. */
const HSTS = 'max-age=31536000';

/**
 * What the headless host answers: the API, and the built screens for every other path. The Host must be one of ours for
 * both, so that a page of another name (DNS rebinding) gets not even a script. `tls`: the listener speaks HTTPS itself.
 */
export function hostHandler(parts: {
  api: HandleRequest;
  files: (request: Request) => Promise<Response>;
  /** Read at each request, so that the port can be added once it is known. */
  allowedHosts: readonly string[];
  tls: boolean;
}): (request: Request, peer: Peer) => Promise<Response> {
  return async (request, peer) => {
    const url = new URL(request.url);
    const isApi = url.pathname.startsWith(`${API_PREFIX}/`);
    const named = [request.headers.get('host') ?? '', url.host];
    const known = named.every((host) => parts.allowedHosts.includes(host));
    const answer = isApi
      ? await parts.api(request, peer)
      : known
        ? await parts.files(request)
        : new Response('This console is not served under that host name.', { status: 403 });
    if (parts.tls) answer.headers.set('strict-transport-security', HSTS);
    return answer;
  };
}
