import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

const password = 'correct horse battery';
const cookieOf = (headers: Headers) => /console_session\w*=([^;]*)/.exec(headers.get('set-cookie') ?? '')?.[1];
const counted = (statuses: number[], status: number) => statuses.filter((one) => one === status).length;

/** Somebody guesses a hundred times at once, and the last guess is right. */
describe.each(testEngines())('guessing on $name', ({ create }) => {
  let app: TestConsole;
  let other: TestConsole;
  let admin: string;
  beforeAll(async () => {
    const database = await create();
    app = await testConsole(database);
    other = await testConsole({ ...database, close: async () => undefined });
    admin = await app.signIn('admin');
  });
  afterAll(async () => {
    await other?.close();
    await app?.close();
  });
  const makeUser = async (username: string) => {
    const body = { username, displayName: username, password, role: 'warehouse', mustChangePassword: false };
    return (await app.send('POST', '/users', { as: admin, body })).body as { id: number };
  };
  const login = (username: string, secret: string, address: string, code?: string, at = app) =>
    at.send('POST', '/auth/login', {
      body: { username, password: secret, ...(code === undefined ? {} : { code }) },
      address,
    });
  const wait = (seconds: number) => {
    for (const one of [app, other]) one.clock.now = new Date(one.clock.now.getTime() + seconds * 1000);
  };
  const hundred = async (guess: (n: number) => Promise<{ status: number }>) =>
    (await Promise.all(Array.from({ length: 100 }, (_, n) => guess(n)))).map(({ status }) => status);

  it('does not get in by a hundred passwords at once, at two consoles, the right one last', async () => {
    await makeUser('petra');
    const answers = await hundred((n) =>
      login('petra', n === 99 ? password : `wrong ${n}`, '10.0.0.1', undefined, n % 2 === 0 ? app : other),
    );
    expect([counted(answers, 200), counted(answers, 401), counted(answers, 429)]).toEqual([0, 5, 95]);
  }, 60_000);

  it('does not lock a name out from everywhere, whatever one place sends', async () => {
    await makeUser('quentin');
    for (let n = 0; n < 8; n++) await login('quentin', `wrong ${n}`, '10.0.0.2');
    expect((await login('quentin', password, '10.0.0.2')).status).toBe(429);
    expect((await login('quentin', password, '10.0.0.3', undefined, other)).status).toBe(200);
    // That one signed in elsewhere clears nothing of what the guesser has used up.
    expect((await login('quentin', password, '10.0.0.2')).status).toBe(429);
    wait(31);
    expect((await login('quentin', password, '10.0.0.2')).status).toBe(200);
  });

  it('takes all addresses of one IPv6 network for one place', async () => {
    await makeUser('vera');
    const answers: number[] = [];
    for (let n = 1; n <= 60; n++)
      answers.push((await login('vera', `wrong ${n}`, `2001:db8:1:2:${n.toString(16)}::${n}`)).status);
    expect([counted(answers, 401), counted(answers, 429)]).toEqual([5, 55]);
    // Nor does it lock the name out from everywhere: neither a neighbour nor an old address written the new way.
    expect((await login('vera', password, '2001:db8:1:3::1')).status).toBe(200);
    for (let n = 0; n < 5; n++) await login('vera', `wrong ${n}`, '10.0.9.9');
    expect((await login('vera', password, '::ffff:10.0.9.9')).status).toBe(429);
    wait(900);
  });

  it('slows a name down that many places guess at', async () => {
    await makeUser('rosa');
    const answers = await hundred((n) => login('rosa', `wrong ${n}`, `10.0.1.${n}`));
    expect([counted(answers, 401), counted(answers, 429)]).toEqual([50, 50]);
    expect((await login('rosa', password, '10.0.2.1')).status).toBe(429);
    wait(31);
    expect((await login('rosa', password, '10.0.2.1')).status).toBe(200);
  }, 60_000);

  it('clears nobody else’s count by one’s own sign-in', async () => {
    await makeUser('mallory');
    const answers: number[] = [];
    // A guesser with an account of their own, which they use between the guesses.
    for (let n = 0; n < 40; n++) {
      answers.push((await login(`name-${n % 8}`, `wrong ${n}`, '10.0.0.4')).status);
      expect([200, 429]).toContain((await login('mallory', password, '10.0.0.4')).status);
    }
    expect(counted(answers, 401)).toBe(30);
  }, 60_000);

  it('ends a lock by a new password that an administrator sets', async () => {
    const { id } = await makeUser('sven');
    for (let n = 0; n < 6; n++) await login('sven', 'wrong', '10.0.0.5');
    expect((await login('sven', password, '10.0.0.5')).status).toBe(429);
    const body = { password: 'another good password', mustChangePassword: false };
    expect((await app.send('PATCH', `/users/${id}`, { as: admin, body })).status).toBe(200);
    expect((await login('sven', 'another good password', '10.0.0.5')).status).toBe(200);
  });

  it('does not confirm a password of a signed-in person by a hundred at once', async () => {
    await makeUser('tanja');
    const as = cookieOf((await login('tanja', password, '10.0.0.6')).headers)!;
    const answers = await hundred((n) =>
      (n % 2 === 0 ? app : other).send('POST', '/auth/password', {
        as,
        body: { currentPassword: n === 99 ? password : `wrong ${n}`, newPassword: 'another good password' },
      }),
    );
    expect([counted(answers, 204), counted(answers, 422), counted(answers, 429)]).toEqual([0, 10, 90]);
    expect((await login('tanja', password, '10.0.0.6')).status).toBe(200);
  }, 60_000);

  it('does not take a second factor of a hundred at once, nor a recovery code, nor confirm one', async () => {
    await makeUser('ulla');
    const as = cookieOf((await login('ulla', password, '10.0.0.7')).headers)!;
    const { secret } = (await app.send('POST', '/auth/totp', { as, body: { currentPassword: password } })).body;
    const app_ = new TOTP({ secret: Secret.fromBase32(secret) });
    const codeNow = () => app_.generate({ timestamp: app.clock.now.getTime() });
    const wrong = (n: number) => {
      const code = String(n).padStart(6, '7');
      return code === codeNow() ? '000000' : code;
    };
    const confirm = (code: string) => app.send('POST', '/auth/totp/confirmation', { as, body: { code } });
    const confirmations = await hundred((n) => confirm(n === 99 ? codeNow() : wrong(n)));
    expect([counted(confirmations, 200), counted(confirmations, 422)]).toEqual([0, 10]);
    wait(700);
    const recovery = (await confirm(codeNow())).body.recoveryCodes as string[];
    wait(60);

    // Asking without a code tells that the password is right, and gives no further guesses at the code.
    const codes = await hundred((n) =>
      n % 2 === 0
        ? login('ulla', password, '10.0.0.8')
        : login('ulla', password, '10.0.0.8', n === 99 ? codeNow() : wrong(n)),
    );
    expect([counted(codes, 200), counted(codes, 401) <= 50]).toEqual([0, true]);
    const codesFrom = await hundred((n) =>
      login('ulla', password, '10.0.0.9', n === 99 ? recovery[0] : `aaaa-bbbb-cccc-${String(n).padStart(4, 'a')}`),
    );
    expect([counted(codesFrom, 200), counted(codesFrom, 401)]).toEqual([0, 5]);
    expect((await login('ulla', password, '10.0.0.10', recovery[0])).status).toBe(200);
  }, 120_000);
});
