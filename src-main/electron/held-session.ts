import { API_PREFIX } from '../../src-shared/contract/routes.ts';

type Handle = (request: Request) => Promise<Response>;

const COOKIE = /^(?:__Host-)?console_session\w*=([^;]*)/;

export interface HeldSession {
  handle: Handle;
  /** Forgets the session here, then ends it on the server, whatever that says. */
  end(): Promise<void>;
}

/**
 * A custom scheme has no cookies, so the desktop host keeps the window's session here, in the main process, and
 * attaches it to what the window asks. The renderer never sees the token.
 */
export function holdSession(handle: Handle, origin: string): HeldSession {
  let token: string | null = null;
  /** Counts the ends, so that an answer that was under way at one gives no session back. */
  let ended = 0;
  const attach = async (request: Request, held: string | null): Promise<Response> => {
    const before = ended;
    const headers = new Headers(request.headers);
    // The window can't set these itself; whatever stands there did not come from us.
    headers.delete('cookie');
    headers.delete('authorization');
    headers.set('host', new URL(origin).host);
    if (held !== null) headers.set('authorization', `Bearer ${held}`);
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
    if (before === ended) token = cookie === '' ? null : cookie;
    const kept = new Headers(answer.headers);
    kept.delete('set-cookie');
    return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers: kept });
  };
  return {
    handle: (request) => attach(request, token),
    async end() {
      const held = token;
      // First of all: whatever the window sends meanwhile, and whatever becomes of the log-out, is nobody's.
      token = null;
      ended++;
      if (held === null) return;
      const logout = new Request(`${origin}${API_PREFIX}/auth/logout`, { method: 'POST' });
      await attach(logout, held);
    },
  };
}
