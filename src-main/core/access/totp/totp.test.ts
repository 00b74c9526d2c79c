import { Secret, TOTP } from 'otpauth';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const password = 'correct horse battery';
const cookieOf = (headers: Headers) => /console_session\w*=([^;]*)/.exec(headers.get('set-cookie') ?? '')?.[1];

describe.each(testEngines())('second factor on $name', ({ create }) => {
  let app: TestConsole;
  let admin: string;
  let secret: string;
  let recovery: string[];
  let userId: number;
  beforeAll(async () => {
    app = await testConsole(await create());
    admin = await app.signIn('admin');
    const body = { username: 'tina', displayName: 'Tina', password, role: 'warehouse', mustChangePassword: false };
    userId = (await app.send('POST', '/users', { as: admin, body })).body.id;
  });
  afterAll(() => app?.close());
  const wait = (seconds: number) => {
    app.clock.now = new Date(app.clock.now.getTime() + seconds * 1000);
  };
  /** As a person's app computes it: from the base32 secret alone. */
  const codeAt = (secondsFromNow = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: app.clock.now.getTime() + secondsFromNow * 1000,
    });
  const login = (code?: string) =>
    app.send('POST', '/auth/login', { body: { username: 'tina', password, ...(code === undefined ? {} : { code }) } });

  it('is set up with the password, a QR code and a code of the app; the secret is sealed', async () => {
    const as = cookieOf((await login()).headers)!;
    const begin = (currentPassword: string) =>
      app.send('POST', '/auth/totp', { as, body: { currentPassword }, headers: { 'idempotency-key': 'begin' } });
    expect((await begin('wrong')).body.fields[0].path).toBe('currentPassword');
    const { status, body } = await begin(password);
    expect(status).toBe(201);
    secret = body.secret;
    expect(Buffer.from(Secret.fromBase32(secret).buffer)).toHaveLength(20);
    expect(body.uri).toBe(
      `otpauth://totp/Tracker%20console:tina?issuer=Tracker%20console&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    );
    expect(body.qrSvg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
    expect((await login()).status).toBe(200);

    const confirm = (code: string) => app.send('POST', '/auth/totp/confirmation', { as, body: { code } });
    const wrong = codeAt(3600);
    expect((await confirm(wrong)).body.fields[0].path).toBe('code');
    const confirmed = await confirm(codeAt());
    expect(confirmed.status).toBe(200);
    recovery = confirmed.body.recoveryCodes;
    expect(new Set(recovery).size).toBe(10);
    expect(recovery[0]).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
    expect((await app.send('GET', '/auth/totp', { as })).body).toEqual({ enabled: true, recoveryCodesLeft: 10 });
    expect((await begin(password)).status).toBe(409);
    expect((await confirm(codeAt(30))).status).toBe(409);

    const { rows } = await app.parts.db.query<{ all: string }>(sql`
      select (select string_agg(t::text, ' ') from user_totp t) || (select string_agg(r::text, ' ') from recovery_codes r)
        || (select string_agg(l::text, ' ') from audit_entries l)
        || coalesce((select string_agg(k::text, ' ') from idempotency_keys k), '') as all`);
    for (const kept of [secret, Buffer.from(Secret.fromBase32(secret).buffer).toString('hex'), recovery[0]!])
      expect(rows[0]!.all).not.toContain(kept);
  });

  it('asks for a code after the right password, and takes each code once', async () => {
    const asked = await login();
    expect([asked.status, asked.body.type]).toEqual([401, '/problems/second-factor-required']);
    expect(asked.headers.get('set-cookie')).toBeNull();
    const wrongPassword = await app.send('POST', '/auth/login', {
      body: { username: 'tina', password: 'wrong', code: codeAt() },
    });
    expect(wrongPassword.body.type).toBe('/problems/not-authenticated');
    // The one that confirmed the set-up was used up by it.
    expect((await login(codeAt())).status).toBe(401);
    wait(60);
    const code = codeAt();
    const answers = await Promise.all([login(code), login(code), login(code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    const { body } = await app.send('GET', '/audit-entries?limit=20', { as: admin });
    const entries = body.items as { action: string; details: Record<string, unknown> }[];
    expect(entries.find(({ action }) => action === 'auth.login')?.details).toMatchObject({ secondFactor: true });
    expect(entries.filter(({ details }) => details.reason === 'repeated code').length).toBeGreaterThanOrEqual(2);
    // Older than one already used, though inside the window.
    expect((await login(codeAt(-30))).status).toBe(401);
  });

  it('takes clocks that are half a minute off, and no more', async () => {
    wait(3600);
    expect((await login(codeAt())).status).toBe(200);
    wait(120);
    expect((await login(codeAt(-90))).status).toBe(401);
    expect((await login(codeAt(90))).status).toBe(401);
    expect((await login(codeAt(-30))).status).toBe(200);
    expect((await login(` ${codeAt(30).replace(/^.../, '$& ')} `)).status).toBe(200);
  });

  it('locks after five wrong codes like after wrong passwords', async () => {
    wait(3600);
    expect((await login(codeAt())).status).toBe(200);
    wait(120);
    for (let i = 0; i < 5; i++) expect((await login(codeAt(600 + 30 * i))).status).toBe(401);
    const locked = await login(codeAt());
    expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, '30']);
    wait(60);
    expect((await login(codeAt())).status).toBe(200);
  });

  it('takes a recovery code once, also where the keys are not at hand', async () => {
    wait(3600);
    expect((await login(recovery[0]!.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await login(recovery[0]!)).status).toBe(401);
    app.parts.keyring.lock();
    const refused = await login(codeAt());
    expect([refused.status, refused.body.detail]).toEqual([423, expect.stringContaining('recovery code')]);
    const { headers } = await login(recovery[1]!);
    await app.parts.keyring.unlock();
    const as = cookieOf(headers)!;
    expect((await app.send('GET', '/auth/totp', { as })).body.recoveryCodesLeft).toBe(8);
    expect((await app.send('GET', '/sessions', { as })).body.items[0]).toMatchObject({
      current: true,
      secondFactor: true,
    });
  });

  it('is taken away by an administrator, who ends the sessions too, or by its owner with the password', async () => {
    wait(3600);
    const as = cookieOf((await login(codeAt())).headers)!;
    const { body } = await app.send('GET', '/users', { as: admin });
    expect(body.items.find(({ id }: { id: number }) => id === userId).totp).toBe(true);
    expect((await app.send('DELETE', `/users/${userId}/totp`, { as })).status).toBe(403);
    expect((await app.send('DELETE', `/users/${userId}/totp`, { as: admin })).status).toBe(204);
    expect((await app.send('DELETE', `/users/${userId}/totp`, { as: admin })).status).toBe(404);
    expect((await app.send('GET', '/auth/session', { as })).status).toBe(401);
    const again = cookieOf((await login()).headers)!;
    const begun = await app.send('POST', '/auth/totp', { as: again, body: { currentPassword: password } });
    secret = begun.body.secret;
    await app.send('POST', '/auth/totp/confirmation', { as: again, body: { code: codeAt() } });
    const remove = (currentPassword: string) =>
      app.send('POST', '/auth/totp/removal', { as: again, body: { currentPassword } });
    expect((await remove('wrong')).status).toBe(422);
    expect((await remove(password)).status).toBe(204);
    expect((await login()).status).toBe(200);
  });
});
