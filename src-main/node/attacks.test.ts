import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTarget, type Target } from './testing.ts';

/** The listening host of a console, attacked over sockets as a program or a page of another site would. */
describe('the listening host under attack', () => {
  let folder: string;
  let target: Target;
  let admin: string;
  let cookie: { cookie: string };
  const api = '/api/v1';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attacked-'));
    await mkdir(join(folder, 'web', 'assets'), { recursive: true });
    await writeFile(join(folder, 'web', 'index.html'), '<title>app</title>');
    await writeFile(join(folder, 'web', 'assets', 'a.js'), 'let a');
    await writeFile(join(folder, 'secret.txt'), 'top secret');
    const limits = { headersTimeout: 300, requestTimeout: 1000, idleTimeout: 1200, checkInterval: 50 };
    target = await startTarget(join(folder, 'web'), { ...limits, connections: 60, connectionsPerAddress: 40 });
    admin = await target.app.signIn('admin');
    cookie = { cookie: `console_session_${target.server.port}=${admin}` };
  });
  afterAll(async () => {
    await target?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const clients = async () => {
    const { rows } = await target.app.parts.db.query<{ count: number }>(sql`select count(*) as count from clients`);
    return rows[0]!.count;
  };
  const post = (headers: Record<string, string>, body: string) =>
    target.request(`POST ${api}/clients`, { 'content-type': 'application/json', ...headers }, body);

  it('answers, when asked properly', async () => {
    expect((await target.request(`GET ${api}/auth/session`, cookie)).status).toBe(200);
    expect((await target.request('GET /')).text).toContain('<title>app');
    expect((await post(cookie, '{"name":"proper"}')).status).toBe(201);
  });

  it.each(['evil.example', '127.0.0.1', 'localhost:1', '127.0.0.1.evil.example', 'evil.example:80@127.0.0.1', ''])(
    'refuses the Host “%s” of a rebound name, for data and for the page',
    async (host) => {
      for (const path of [`${api}/auth/session`, `${api}/health/live`, '/', '/assets/a.js']) {
        const reply = await target.request(`GET ${path}`, { ...cookie, host });
        expect([400, 403]).toContain(reply.status);
        expect(reply.text).not.toMatch(/<title>app|let a|displayName/);
      }
    },
  );

  it('takes no second Host, and none from the request line', async () => {
    const two = await target.raw(
      `GET ${api}/auth/session HTTP/1.1\r\nhost: ${target.host}\r\nhost: evil.example\r\n${'cookie: '}${cookie.cookie}\r\n\r\n`,
    );
    expect([400, 403]).toContain(two.status);
    const absolute = await target.request(`GET http://evil.example${api}/auth/session`, cookie);
    expect(absolute.text).not.toContain('displayName');
  });

  it('does nothing for a page of another site, whatever a form or script can send', async () => {
    const before = await clients();
    const body = '{"name":"from elsewhere"}';
    const attempts: [Record<string, string>, number][] = [
      [{ origin: 'https://evil.example' }, 403],
      [{ origin: 'null' }, 403],
      [{ origin: `http://localhost:${target.server.port + 1}` }, 403],
      [{ origin: `https://${target.host}.evil.example` }, 403],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site', origin: `http://${target.host}` }, 403],
      // What a form can send without a preflight, from a browser too old for those headers.
      [{ 'content-type': 'text/plain' }, 415],
      [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
      [{ 'content-type': 'multipart/form-data; boundary=x' }, 415],
      [{ 'content-type': '' }, 415],
    ];
    for (const [headers, status] of attempts) {
      const reply = await post({ ...cookie, ...headers }, body);
      expect([headers, reply.status]).toEqual([headers, status]);
      expect(reply.text.toLowerCase()).not.toContain('access-control');
    }
    const preflight = await target.request(`OPTIONS ${api}/clients`, {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    });
    expect(preflight.status).toBe(403);
    expect(preflight.text.toLowerCase()).not.toContain('access-control');
    expect(await clients()).toBe(before);
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%252fsecret.txt',
    '/%252e%252e%252fsecret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/....//secret.txt',
    '//secret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/secret.txt%00.js',
    '/assets/a.js%00',
    '/file:///etc/passwd',
    `/${encodeURIComponent('/etc/passwd')}`,
  ])('reads no file outside its folder: %s', async (path) => {
    const reply = await target.request(`GET ${path}`);
    expect(reply.text).not.toMatch(/top secret|root:/);
    expect(reply.status).toBeLessThan(500);
  });

  it('cuts an oversized body off, whether its length is told or not', async () => {
    const before = await clients();
    const large = `{"name":"${'x'.repeat(2 * 1024 * 1024)}"}`;
    expect((await post(cookie, large)).status).toBe(413);
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const head = `POST ${api}/clients HTTP/1.1\r\nhost: ${target.host}\r\ncookie: ${cookie.cookie}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
    const chunked = await target.raw([head, ...Array<string>(40).fill(chunk)], { pauseMs: 1 });
    expect(chunked.status).toBe(413);
    const lying = await target.request(
      `POST ${api}/clients`,
      { ...cookie, 'content-type': 'application/json', 'content-length': '99999999999' },
      '{}',
    );
    expect(lying.status).toBe(413);
    const headers = await target.request('GET /', { 'x-large': 'x'.repeat(20_000) });
    expect(headers.status).toBe(431);
    expect(await clients()).toBe(before);
  });

  it('lets go of whoever sends headers, a body, or nothing, drop by drop', async () => {
    const drops = Array.from({ length: 60 }, (_, n) => `x-${n}: y\r\n`);
    const headers = await target.raw([`GET / HTTP/1.1\r\nhost: ${target.host}\r\n`, ...drops], { patienceMs: 5000 });
    expect([headers.closed, headers.status]).toEqual([true, 408]);
    const head = `POST ${api}/clients HTTP/1.1\r\nhost: ${target.host}\r\ncookie: ${cookie.cookie}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n`;
    const body = await target.raw([head, ...Array<string>(150).fill('x')], { patienceMs: 5000 });
    expect([body.closed, body.status]).toEqual([true, 400]);
    expect(body.text).toContain('too slowly');
    // An upload is a stream: the limit of the request as a whole ends it.
    const upload = `POST ${api}/trackers/import HTTP/1.1\r\nhost: ${target.host}\r\ncookie: ${cookie.cookie}\r\ncontent-type: text/csv\r\ncontent-length: 5000\r\n\r\n`;
    expect((await target.raw([upload, ...Array<string>(200).fill('x')], { patienceMs: 6000 })).closed).toBe(true);
    expect((await target.raw('', { patienceMs: 5000 })).closed).toBe(true);
  }, 30_000);

  it('smuggles no second request past the first', async () => {
    const second = `GET ${api}/auth/session HTTP/1.1\r\nhost: ${target.host}\r\n\r\n`;
    const head = `POST ${api}/clients HTTP/1.1\r\nhost: ${target.host}\r\ncontent-type: application/json\r\n`;
    const bad = [
      `${head}content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${second}`,
      `${head}content-length: 2\r\ncontent-length: 4\r\n\r\n{}${second}`,
      `${head}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${second}`,
      `${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${second}`,
      `${head}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${second}`,
      `${head}content-length: +2\r\n\r\n{}${second}`,
      `${head}x: y\r\n z: folded\r\n\r\n${second}`,
      `GET / HTTP/1.1\nhost: ${target.host}\n\n${second}`,
      `${head}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n${second}`,
    ];
    for (const bytes of bad) {
      const reply = await target.raw(bytes, { patienceMs: 800 });
      expect([bytes.slice(0, 160), reply.answers]).toEqual([bytes.slice(0, 160), 1]);
      expect([400, 401, 415]).toContain(reply.status);
      expect(reply.closed).toBe(true);
    }
  });

  it('takes SQL for the text that it is', async () => {
    const before = await clients();
    for (const text of [
      "'; drop table clients; --",
      "' or 1=1 --",
      '\\',
      '%',
      "x' union select password_hash from users --",
    ]) {
      const search = encodeURIComponent(text);
      const found = await target.request(`GET ${api}/clients?search=${search}`, cookie);
      expect([text, found.status]).toEqual([text, 200]);
      expect(found.text).toContain('"items":[]');
      for (const path of [
        `clients/${search}`,
        `trackers?sort=${search}`,
        `clients?cursor=${search}`,
        `audit-entries?from=${search}`,
      ])
        expect([400, 404, 422]).toContain((await target.request(`GET ${api}/${path}`, cookie)).status);
    }
    expect(await clients()).toBe(before);
  });

  it('takes no cookie of another port, nor one of two of its name', async () => {
    const { port } = target.server;
    const stranger = await target.app.signIn('warehouse');
    const asked = (sent: string) => target.request(`GET ${api}/auth/session`, { cookie: sent });
    expect((await asked(`console_session=${admin}; console_session_${port + 1}=${admin}`)).status).toBe(401);
    expect((await asked(`__Host-console_session_${port}=${admin}`)).status).toBe(401);
    const beside = `console_session_${port + 1}=${stranger}; console_session_${port}=${admin}`;
    expect((await asked(beside)).text).toContain('"role":"admin"');
    // Another program has set one for a deeper path, which a browser then sends first.
    for (const two of [
      [stranger, admin],
      [admin, stranger],
      ['x', admin],
    ])
      expect((await asked(two.map((one) => `console_session_${port}=${one}`).join('; '))).status).toBe(401);
    const signedOut = await target.request(`POST ${api}/auth/logout`, {
      cookie: `console_session_${port}=${stranger}`,
    });
    expect(signedOut.text).toMatch(new RegExp(`set-cookie: console_session_${port}=; Path=/api/v1; Max-Age=0`, 'i'));
  });

  it('takes no field that a caller may not set', async () => {
    const body = { username: 'mallory', displayName: 'M', role: 'warehouse', password: 'a long enough one' };
    const sent = { ...body, id: 1, clientId: null, failedLogins: 0, createdAt: '2000-01-01T00:00:00Z', isAdmin: true };
    const json = { ...cookie, 'content-type': 'application/json' };
    const made = await target.request(`POST ${api}/users`, json, JSON.stringify(sent));
    expect(made.status).toBe(422);
    expect(made.text).toContain('isAdmin');
    const polluted = '{"name":"p","__proto__":{"role":"admin"},"constructor":{"prototype":{"x":1}}}';
    expect((await target.request(`POST ${api}/clients`, json, polluted)).status).toBe(422);
    expect(({} as { x?: number }).x).toBeUndefined();
    const viewer = await target.app.signIn('warehouse');
    const own = { cookie: `console_session_${target.server.port}=${viewer}`, 'content-type': 'application/json' };
    const change = JSON.stringify({ currentPassword: 'x', newPassword: 'a long enough one', role: 'admin' });
    expect((await target.request(`POST ${api}/auth/password`, own, change)).status).toBe(422);
    expect(
      (await target.request(`POST ${api}/auth/login`, json, '{"username":["admin"],"password":{"$ne":1}}')).status,
    ).toBe(422);
  });

  it('makes whoever guesses tokens wait, and tells nothing by the answer', async () => {
    const bearer = (n: number) => ({ authorization: `Bearer tlc_${String(n).padStart(43, 'z')}` });
    const replies = [];
    for (let n = 0; n < 24; n++) replies.push(await target.request(`GET ${api}/clients`, bearer(n)));
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(replies.at(-1)!.status).toBe(429);
    for (const odd of [
      'Bearer',
      'Bearer tlc_short',
      `Bearer tlc_${'x'.repeat(9000)}`,
      'Basic YWRtaW46YWRtaW4=',
      'Bearer null',
    ])
      expect((await target.request(`GET ${api}/clients`, { authorization: odd })).status).toBe(401);
  });

  it('keeps answering while somebody holds every event stream and connection that they get', async () => {
    const held: Socket[] = [];
    const hold = (bytes: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(target.server.port, '127.0.0.1', () => socket.write(bytes));
        held.push(socket);
        socket.once('data', (data) => resolve(data.toString().slice(0, 12)));
        socket.once('close', () => resolve('closed'));
        socket.on('error', () => resolve('closed'));
      });
    const events = `GET ${api}/events HTTP/1.1\r\nhost: ${target.host}\r\ncookie: ${cookie.cookie}\r\n\r\n`;
    try {
      const answers = await Promise.all(Array.from({ length: 22 }, () => hold(events)));
      expect(answers.filter((text) => text === 'HTTP/1.1 200')).toHaveLength(20);
      expect(answers.filter((text) => text === 'HTTP/1.1 429')).toHaveLength(2);
      expect((await target.request(`GET ${api}/health/live`)).status).toBe(200);
      const more = await Promise.all(
        Array.from({ length: 30 }, () => hold(`GET ${api}/health/live HTTP/1.1\r\nhost: ${target.host}\r\n\r\n`)),
      );
      expect(more).toContain('closed');
    } finally {
      for (const socket of held) socket.destroy();
    }
    await expect.poll(async () => (await target.request(`GET ${api}/health/live`)).status).toBe(200);
  });
});
