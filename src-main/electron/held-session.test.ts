import { describe, expect, it } from 'vitest';
import { holdSession } from './held-session.ts';

describe('the session of the desktop window', () => {
  const seen: (string | null)[] = [];
  const { handle, end } = holdSession(async (request) => {
    seen.push(request.headers.get('authorization'));
    if (request.url.endsWith('/login')) {
      return new Response('{}', {
        headers: { 'set-cookie': 'console_session=secret-token; HttpOnly; Path=/; SameSite=Strict' },
      });
    }
    if (request.url.endsWith('/logout')) {
      return new Response(null, {
        status: 204,
        headers: { 'set-cookie': '__Host-console_session=; Max-Age=0; Path=/' },
      });
    }
    return new Response(await request.text());
  }, 'app://console');
  const ask = (path: string, init?: RequestInit) => handle(new Request(`app://console/api/v1/${path}`, init));

  it('keeps the token, attaches it, and forgets it', async () => {
    const login = await ask('login', { method: 'POST', body: '{}' });
    expect(login.headers.get('set-cookie')).toBeNull();
    expect(JSON.stringify([...login.headers])).not.toContain('secret-token');
    await ask('trackers');
    expect(seen.at(-1)).toBe('Bearer secret-token');
    await ask('logout', { method: 'POST' });
    await ask('trackers');
    expect(seen.at(-1)).toBeNull();
  });

  it('ends the session when the desktop locks, and asks nothing when there is none', async () => {
    await ask('login', { method: 'POST', body: '{}' });
    await end();
    expect(seen.at(-1)).toBe('Bearer secret-token');
    await ask('trackers');
    expect(seen.at(-1)).toBeNull();
    const asked = seen.length;
    await end();
    expect(seen).toHaveLength(asked);
  });

  it('ignores a token that the window sends, and passes bodies on', async () => {
    const answer = await ask('trackers/import', {
      method: 'POST',
      body: 'a,b\n1,2',
      headers: { authorization: 'Bearer forged' },
    });
    expect(seen.at(-1)).toBeNull();
    expect(await answer.text()).toBe('a,b\n1,2');
  });

  it('is gone before the log-out is sent, and an answer that was under way at the lock gives none back', async () => {
    const asked: { path: string; token: string | null; answer: (response: Response) => void }[] = [];
    const slow = holdSession(
      (request) =>
        new Promise((answer) => {
          asked.push({ path: new URL(request.url).pathname, token: request.headers.get('authorization'), answer });
        }),
      'app://console',
    );
    const send = (path: string) => slow.handle(new Request(`app://console/api/v1/${path}`));
    const given = () => new Response('{}', { headers: { 'set-cookie': 'console_session=secret-token; HttpOnly' } });
    const login = send('login');
    asked[0]!.answer(given());
    await login;
    const late = send('login');
    const ended = slow.end();
    void send('trackers');
    expect(asked.slice(1).map(({ path, token }) => [path.split('/').pop(), token])).toEqual([
      ['login', 'Bearer secret-token'],
      ['logout', 'Bearer secret-token'],
      ['trackers', null],
    ]);
    asked[1]!.answer(given());
    await late;
    void send('clients');
    expect(asked.at(-1)!.token).toBeNull();
    asked[2]!.answer(new Response(null, { status: 204 }));
    await ended;
  });
});
