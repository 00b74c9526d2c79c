import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { type ReportServer, startReportServer } from '../testing/report-server.ts';

const DAY = 86_400_000;

describe.each(testEngines())('a login handed over by a program on $name', ({ create }) => {
  let app: TestConsole;
  let server: ReportServer;
  let operator: string;
  let id: number;
  beforeAll(async () => {
    app = await testConsole(await create());
    server = await startReportServer();
    operator = await app.signIn('operations');
    const made = await app.send('POST', '/report-sources', {
      as: operator,
      body: { name: 'Account', kind: 'apple-older', url: `${server.url}/older`, anisetteUrl: `${server.url}/anisette` },
    });
    id = made.body.id;
  });
  afterAll(async () => {
    await server?.close();
    await app?.close();
  });
  const login = (searchPartyToken: string) => ({ credentials: { dsid: '123', searchPartyToken } });
  const tokenFor = async (scopes: string[], as = operator) => {
    const { body } = await app.send('POST', '/api-tokens', { as, body: { name: 'tool', scopes, expiresInDays: 30 } });
    return body.token as string;
  };
  const source = async () => (await app.send('GET', `/report-sources/${id}`, { as: operator })).body;

  it('comes in with a token that opens nothing else, and is sealed', async () => {
    const token = await tokenFor(['write:source-logins']);
    const { version } = await source();
    const handed = await app.send('POST', `/report-sources/${id}/login`, { as: token, body: login('very secret') });
    expect(handed).toMatchObject({ status: 200, body: { replaced: true, login: { from: 'api', workedAt: null } } });
    for (const [method, path, body] of [
      ['GET', `/report-sources/${id}`, undefined],
      ['GET', '/fetcher', undefined],
      ['PATCH', `/report-sources/${id}`, { url: 'https://elsewhere.example/' }],
      ['POST', `/report-sources/${id}/test`, undefined],
      ['GET', '/trackers', undefined],
    ] as const) {
      const refused = await app.send(method, path, { as: token, ...(body ? { body } : {}) });
      expect([method, path, refused.status]).toEqual([method, path, 403]);
    }
    const others = await tokenFor(['read', 'write:trackers']);
    expect((await app.send('POST', `/report-sources/${id}/login`, { as: others, body: login('x') })).status).toBe(403);
    const { rows } = await app.parts.db.query<{ all: string }>(sql`
      select (select string_agg(s::text, ' ') from report_sources s) || (select string_agg(l::text, ' ') from audit_entries l)
        || coalesce((select string_agg(k::text, ' ') from idempotency_keys k), '') as all`);
    for (const text of [JSON.stringify(handed.body), rows[0]!.all, JSON.stringify(await source())])
      expect(text).not.toContain('secret');
    expect(rows[0]!.all).toContain('reportSource.login');
    // What a program hands over is no change of a person's.
    expect(await source()).toMatchObject({ version, hasCredentials: true });
  });

  it('works, and its age begins anew only with another login', async () => {
    const test = () => app.send('POST', `/report-sources/${id}/test`, { as: operator });
    expect((await test()).body).toMatchObject({ ok: true });
    const sent = Buffer.from('123:very secret').toString('base64');
    expect(server.requests.at(-1)!.headers.authorization).toBe(`Basic ${sent}`);
    const { setAt, workedAt } = (await source()).state.login;
    expect(workedAt).not.toBeNull();
    app.clock.now = new Date(app.clock.now.getTime() + 3_600_000);
    const hand = async (token: string) =>
      (await app.send('POST', `/report-sources/${id}/login`, { as: operator, body: login(token) })).body;
    expect(await hand('very secret')).toMatchObject({ replaced: false, login: { setAt, workedAt } });
    const { rows: before } = await app.parts.db.query(sql`select data_key_id from report_sources`);
    expect(await hand('another')).toMatchObject({
      replaced: true,
      login: { setAt: app.clock.now.toISOString(), workedAt: null },
    });
    const { rows: after } = await app.parts.db.query(sql`select data_key_id from report_sources`);
    expect(after).toEqual(before);
  });

  it('is refused where it doesn’t fit, and says when it expires by what was set or learned', async () => {
    const wrong = { credentials: { username: 'ada', password: 'p' } };
    const refused = await app.send('POST', `/report-sources/${id}/login`, { as: operator, body: wrong });
    expect([refused.status, refused.body.fields[0].path]).toEqual([422, 'credentials']);
    const gone = await app.send('POST', '/report-sources/999999/login', { as: operator, body: login('x') });
    expect(gone.status).toBe(404);
    await app.parts.db.query(sql`update report_sources set login_lasted = '{29,31,2,30,33}'`);
    const { setAt, ...learned } = (await source()).state.login;
    const at = (days: number) => new Date(Date.parse(setAt) + days * DAY).toISOString();
    expect(learned).toMatchObject({
      lifetime: { days: 30, from: 'learned' },
      expiresAt: at(30),
      warnsAt: at(27),
    });
    await app.send('PATCH', `/report-sources/${id}`, { as: operator, body: { loginDays: 1 } });
    expect((await source()).state.login).toMatchObject({ lifetime: { days: 1, from: 'set' }, warnsAt: at(0.5) });
  });

  it('belongs to its addresses, also where it comes from a file', async () => {
    const patch = (body: object) => app.send('PATCH', `/report-sources/${id}`, { as: operator, body });
    for (const loginFile of ['auth.json', '/etc/shadow', '/home/../auth.txt'])
      expect((await patch({ loginFile })).body.fields?.[0].path).toBe('loginFile');
    expect((await patch({ loginFile: '/home/finder/auth.json' })).status).toBe(200);
    expect((await patch({ url: `${server.url}/newer` })).body.fields?.[0].path).toBe('credentials');
    const moved = await patch({ url: `${server.url}/newer`, loginFile: '/home/finder/auth.json' });
    // The stored one stays behind: the file is read again for the new address.
    expect(moved.body).toMatchObject({ hasCredentials: false, loginFile: '/home/finder/auth.json' });
    const haystack = { name: 'Home', kind: 'haystack', url: `${server.url}/haystack`, loginFile: '/a/auth.json' };
    const refused = await app.send('POST', '/report-sources', { as: operator, body: haystack });
    expect([refused.status, refused.body.fields[0].path]).toEqual([422, 'loginFile']);
  });
});
