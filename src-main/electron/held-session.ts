import { API_PREFIX } from '../../src-shared/contract/routes.ts';

type Handle = (request: Request) => Promise<Response>;

const COOKIE = /(?:^|,\s*)console_session=([^;,]*)/;

export interface HeldSession {
  handle: Handle;
  /** Ends the session on the server and forgets it here, whatever the server says. */
  end(): Promise<void>;
}

/**
 * A custom scheme has no cookies, so the desktop host keeps the window's session here, in the main process, and
 * attaches it to what the window asks. The renderer never sees the token.
 */
export function holdSession(handle: Handle, origin: string): HeldSession {
  let token: string | null = null;
  const attached: Handle = async (request) => {
    const headers = new Headers(request.headers);
    // The window can't set these itself; whatever stands there did not come from us.
    headers.delete('cookie');
    headers.delete('authorization');
    headers.set('host', new URL(origin).host);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    const init: RequestInit & { duplex?: 'half' } = { method: request.method, headers, signal: request.signal };
    if (request.body !== null) {
      init.body = request.body;
      init.duplex = 'half';
    }
    const answer = await handle(new Request(request.url, init));
    const cookie = answer.headers
      .getSetCookie()
      .map((value) => COOKIE.exec(value)?.[1])
      .find((value) => value !== undefined);
    if (cookie === undefined) return answer;
    token = cookie === '' ? null : cookie;
    const kept = new Headers(answer.headers);
    kept.delete('set-cookie');
    return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers: kept });
  };
  return {
    handle: attached,
    async end() {
      if (token === null) return;
      const logout = new Request(`${origin}${API_PREFIX}/auth/logout`, { method: 'POST' });
      try {
        await attached(logout);
      } finally {
        token = null;
      }
    },
  };
}
