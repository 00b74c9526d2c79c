import type { CustomScheme } from 'electron';
import { API_PREFIX } from '../../src-shared/contract/routes.ts';
import { APP_ORIGIN } from './hardening.ts';

type Handle = (request: Request) => Promise<Response>;

/** Behaves like https: an origin of its own, fetch and streams; no service worker, no bypass of the CSP. */
export const privilegedScheme: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
};

/** What `app://console/…` answers: the API under its prefix, else the built renderer. Any other host is refused. */
export function appProtocol(api: Handle, files: Handle): Handle {
  return async (request) => {
    const url = new URL(request.url);
    if (url.host !== new URL(APP_ORIGIN).host) return new Response('Not found', { status: 404 });
    return url.pathname.startsWith(`${API_PREFIX}/`) ? api(request) : files(request);
  };
}
