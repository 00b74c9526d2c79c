import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const password = 'correct horse battery';
const cookieOf = (headers: Headers) => /console_session\w*=([^;]*)/.exec(headers.get('set-cookie') ?? '')?.[1];
interface Listed {
  id: number;
  current: boolean;
  user: { name: string };
}

describe.each(testEngines())('sessions on $name', ({ create }) => {
  let app: TestConsole;
  let admin: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    admin = await app.signIn('admin');
    for (const username of ['sam', 'sue']) {
      const body = { username, displayName: username, password, role: 'reviewer', mustChangePassword: false };
      expect((await app.send('POST', '/users', { as: admin, body })).status).toBe(201);
    }
  });
  afterAll(() => app?.close());
  const login = async (username: string, agent = 'test') =>
    cookieOf(
      (
        await app.send('POST', '/auth/login', {
          body: { username, password },
          headers: { 'user-agent': agent },
        })
      ).headers,
    )!;
  const list = async (as: string, query = '') => (await app.send('GET', `/sessions${query}`, { as })).body;
  const alive = async (as: string) => (await app.send('GET', '/auth/session', { as })).status;

  it('lists the own ones, and ends one of them at once', async () => {
    const [here, there] = [await login('sam', 'Firefox'), await login('sam', 'Phone')];
    await login('sue');
    const { items } = await list(here);
    expect(items).toHaveLength(2);
    const phone = items.find((session: Listed) => !session.current);
    expect(phone).toMatchObject({
      user: { name: 'sam' },
      userAgent: 'Phone',
      address: '127.0.0.1',
      secondFactor: false,
    });
    expect(JSON.stringify(items)).not.toContain(there);
    expect((await app.send('DELETE', `/sessions/${phone.id}`, { as: here })).status).toBe(204);
    expect([await alive(here), await alive(there)]).toEqual([200, 401]);
    expect((await list(here)).items).toHaveLength(1);
  });

  it('leaves those of others to administrators', async () => {
    const [sam, sue] = [await login('sam'), await login('sue')];
    const [ofSue] = (await list(sue)).items;
    expect((await app.send('DELETE', `/sessions/${ofSue.id}`, { as: sam })).status).toBe(404);
    expect((await app.send('GET', '/sessions?all=true', { as: sam })).status).toBe(403);
    const names = (await list(admin, '?all=true&limit=500')).items.map(({ user }: Listed) => user.name);
    expect(new Set(names)).toEqual(new Set(['sam', 'sue', 'admin-1']));
    expect((await app.send('DELETE', `/sessions/${ofSue.id}`, { as: admin })).status).toBe(204);
    expect(await alive(sue)).toBe(401);
    const { body } = await app.send('GET', '/audit-entries?action=session.revoke', { as: admin });
    expect(body.items[0].details).toEqual({ sessionId: ofSue.id });
  });

  it('goes through them in pages, each once', async () => {
    for (let i = 0; i < 5; i++) await login('sue', `agent ${i}`);
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Listed[]; nextCursor: string | null } = await list(
        admin,
        `?all=true&limit=2${cursor ? `&cursor=${cursor}` : ''}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    const all = (await list(admin, '?all=true&limit=500')).items.map(({ id }: Listed) => id);
    expect(seen).toEqual(all);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('opens nothing but the change of a password that somebody else chose', async () => {
    const { items } = (await app.send('GET', '/users', { as: admin })).body;
    const sam = items.find(({ username }: { username: string }) => username === 'sam');
    const before = await login('sam');
    const newToken = async (as: string) => {
      const body = { name: 'ERP', scopes: ['read'], expiresInDays: 30 };
      return (await app.send('POST', '/api-tokens', { as, body })).body.token as string;
    };
    const token = await newToken(before);
    expect((await app.send('GET', '/trackers', { as: token })).status).toBe(200);
    const reset = { password: 'chosen by an admin' };
    expect((await app.send('PATCH', `/users/${sam.id}`, { as: admin, body: reset })).body.mustChangePassword).toBe(
      true,
    );
    expect([await alive(before), (await app.send('GET', '/trackers', { as: token })).status]).toEqual([401, 401]);
    const { body: log } = await app.send('GET', '/audit-entries?action=user.update', { as: admin });
    expect(log.items[0].details).toMatchObject({ passwordSet: true, tokensRevoked: 1 });
    const answer = await app.send('POST', '/auth/login', { body: { username: 'sam', password: reset.password } });
    expect(answer.body.mustChangePassword).toBe(true);
    const as = cookieOf(answer.headers)!;
    for (const path of ['/trackers', '/users', '/sessions', '/events']) {
      const refused = await app.send('GET', path, { as });
      expect([refused.status, refused.body.type]).toEqual([403, '/problems/password-change-required']);
    }
    expect(await alive(as)).toBe(200);
    const change = (newPassword: string) =>
      app.send('POST', '/auth/password', { as, body: { currentPassword: reset.password, newPassword } });
    expect((await change(reset.password)).body.fields[0].path).toBe('newPassword');
    expect((await change('chosen by myself')).status).toBe(204);
    expect((await app.send('GET', '/trackers', { as })).status).toBe(200);
    // A token opens no more than its user's sessions, once a change is asked for.
    const later = await newToken(as);
    await app.send('PATCH', `/users/${sam.id}`, { as: admin, body: { mustChangePassword: true } });
    for (const path of ['/trackers', '/events', '/clients']) {
      const refused = await app.send('GET', path, { as: later });
      expect([refused.status, refused.body.type]).toEqual([403, '/problems/password-change-required']);
    }
    const me = (await app.send('GET', '/auth/session', { as: admin })).body.user.id;
    const own = await app.send('PATCH', `/users/${me}`, { as: admin, body: { password: 'without the current' } });
    expect(own.body.fields[0].path).toBe('password');
  });
});
