import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { ensureAdministrator } from './first-administrator.ts';

const password = 'correct horse battery';
const cookieOf = (headers: Headers) => /console_session\w*=([^;]*)/.exec(headers.get('set-cookie') ?? '')?.[1];

describe.each(testEngines())('auth on $name', ({ create }) => {
  let app: TestConsole;
  let admin: string;
  beforeAll(async () => {
    app = await testConsole(await create());
  });
  afterAll(() => app?.close());
  const login = (username: string, secret: string) =>
    app.send('POST', '/auth/login', { body: { username, password: secret } });
  const wait = (seconds: number) => {
    app.clock.now = new Date(app.clock.now.getTime() + seconds * 1000);
  };

  it('asks for the set-up, and lets exactly one of several at once do it', async () => {
    expect((await app.send('GET', '/setup')).body).toEqual({ required: true });
    expect((await login('anna', password)).body.type).toBe('/problems/setup-required');
    const short = { username: 'anna', displayName: 'Anna', password: 'short' };
    expect((await app.send('POST', '/setup', { body: short })).status).toBe(422);
    const answers = await Promise.all(
      ['anna', 'bert', 'carl'].map((username) =>
        app.send('POST', '/setup', { body: { username, displayName: username, password } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const done = answers.find(({ status }) => status === 201)!;
    expect(done.body.user.role).toBe('admin');
    expect((await app.send('GET', '/setup')).body).toEqual({ required: false });
    expect(await ensureAdministrator(app.parts.db, password)).toBe(false);
    admin = cookieOf(done.headers)!;
    const body = { username: 'dora', displayName: 'Dora', password, role: 'warehouse', mustChangePassword: false };
    expect((await app.send('POST', '/users', { as: admin, body })).status).toBe(201);
    expect((await app.send('POST', '/users', { as: admin, body })).body.fields[0].path).toBe('username');
  });

  it('gives a session as an HttpOnly cookie, stored only as a hash, and ends it', async () => {
    const { status, headers, body } = await login(' Dora ', password);
    expect([status, body.user.username]).toEqual([200, 'dora']);
    const cookie = headers.get('set-cookie')!;
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    const token = cookieOf(headers)!;
    expect(JSON.stringify(body)).not.toContain(token);
    const { rows } = await app.parts.db.query<{ all: string }>(
      sql`select string_agg(encode(token_hash, 'base64') || user_agent, ' ') as all from sessions`,
    );
    expect(rows[0]!.all).not.toContain(token.slice(0, 20));
    const withCookie = { headers: { cookie: `other=1; console_session_4780=${token}` } };
    expect((await app.send('GET', '/auth/session', withCookie)).body.user.displayName).toBe('Dora');
    const logout = await app.send('POST', '/auth/logout', { as: token });
    expect([logout.status, logout.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await app.send('GET', '/auth/session', withCookie)).status).toBe(401);
  });

  it('answers alike for an unknown name, a wrong password and a disabled user, and records each', async () => {
    const { body: user } = await app.send('POST', '/users', {
      as: admin,
      body: { username: 'gone', displayName: 'Gone', password, role: 'reviewer' },
    });
    await app.send('PATCH', `/users/${user.id}`, { as: admin, body: { disabled: true } });
    const answers = [await login('nobody', password), await login('dora', 'wrong'), await login('gone', password)];
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.body.detail).toBe(answers[0]!.body.detail);
    }
    const { body } = await app.send('GET', '/audit-entries?action=auth.login-failed', { as: admin });
    expect(body.items.slice(0, 3).map((entry: { details: { reason: string } }) => entry.details.reason)).toEqual([
      'disabled',
      'wrong password',
      'unknown user',
    ]);
    expect(JSON.stringify(body)).not.toContain('wrong"');
  });

  it.each(['dora', 'nobody-else'])('makes %s wait after five failures, longer each time', async (username) => {
    wait(3600);
    const again = async () => {
      const answer = await login(username, 'wrong');
      return answer.status === 429 ? Number(answer.headers.get('retry-after')) : answer.status;
    };
    for (let i = 0; i < 5; i++) expect(await again()).toBe(401);
    expect(await again()).toBe(30);
    expect((await login(username, password)).status).toBe(429);
    wait(31);
    expect(await again()).toBe(401);
    expect(await again()).toBe(60);
    wait(61);
    if (username === 'dora') expect((await login(username, password)).status).toBe(200);
  });

  it('makes an address wait that fails with ever new names', async () => {
    wait(3600);
    const statuses: number[] = [];
    for (let i = 0; i < 32; i++) statuses.push((await login(`name-${i}`, 'x')).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect(statuses.at(-1)).toBe(429);
    wait(301);
    expect((await login('dora', password)).status).toBe(200);
  }, 60_000);

  it('ends a session that is idle too long, one that is old, and those of a changed password', async () => {
    const token = async () => cookieOf((await login('dora', password)).headers)!;
    const session = (as: string) => app.send('GET', '/auth/session', { as }).then(({ status }) => status);
    const idle = await token();
    wait(11 * 3600);
    expect(await session(idle)).toBe(200);
    wait(11 * 3600);
    expect(await session(idle)).toBe(200);
    wait(13 * 3600);
    expect(await session(idle)).toBe(401);
    const old = await token();
    for (let hours = 0; hours < 168; hours += 8) {
      expect(await session(old)).toBe(200);
      wait(8 * 3600);
    }
    expect(await session(old)).toBe(401);

    const [mine, other] = [await token(), await token()];
    const change = (currentPassword: string, newPassword: string) =>
      app.send('POST', '/auth/password', { as: mine, body: { currentPassword, newPassword } });
    expect((await change('wrong', 'another good password')).body.fields[0].path).toBe('currentPassword');
    expect((await change(password, 'another good password')).status).toBe(204);
    expect([await session(mine), await session(other)]).toEqual([200, 401]);
    expect((await login('dora', password)).status).toBe(401);
  });

  it('reads the role at each request, and keeps one administrator', async () => {
    const { headers, body } = await login('dora', 'another good password');
    const as = cookieOf(headers)!;
    admin = cookieOf((await login((await usernameOfAdmin())!, password)).headers)!;
    const users = () => app.send('GET', '/users', { as }).then(({ status }) => status);
    const patch = (id: number, change: object) =>
      app.send('PATCH', `/users/${id}`, { as: admin, body: change, version: '*' });
    expect(await users()).toBe(403);
    const promoted = await patch(body.user.id, { role: 'admin' });
    expect(promoted.body.role).toBe('admin');
    expect(await users()).toBe(200);
    expect((await patch(body.user.id, { role: 'client-viewer' })).body.fields[0].path).toBe('clientId');
    expect((await patch(body.user.id, { disabled: true })).status).toBe(200);
    expect(await users()).toBe(401);
    const { body: me } = await app.send('GET', '/auth/session', { as: admin });
    for (const change of [{ role: 'operations' }, { disabled: true }])
      expect((await patch(me.user.id, change)).body.detail).toMatch(/last administrator/);
  });
  async function usernameOfAdmin() {
    const { rows } = await app.parts.db.query<{ username: string }>(
      sql`select username from users where role = 'admin'`,
    );
    return rows[0]?.username;
  }
});
