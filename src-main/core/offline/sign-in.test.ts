import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashPassword } from '../access/passwords.ts';
import { insertSession } from '../access/sessions/sessions-store.ts';
import { insertUser, updateUser } from '../access/users/users-store.ts';
import type { SessionPrincipal } from '../platform/http/principal.ts';
import { centralEngine, type TestDatabase } from '../testing/database.ts';
import { createClock } from './clock.ts';
import type { Link } from './link/link.ts';
import { localPrincipal, refreshPeople, rememberSession, rememberSignIn } from './people.ts';
import { signInOffline } from './sign-in.ts';
import { openStore } from './store/open-store.ts';
import type { Workstation } from './workstation.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations', 'sqlite');
const password = 'correct horse battery';
const deps = { config: { sessionMaxHours: 168 }, randomBytes };

/** The store of a workstation and what it is told, without the network between. */
describe('signing in while cut off', () => {
  let test: TestDatabase;
  let folder: string;
  let workstation: Workstation;
  let own: number;
  const opened: Workstation[] = [];
  const open = (path: string): Workstation => {
    const { store } = openStore(path, migrations, new Date(own));
    const link = { state: () => 'offline' } as unknown as Link;
    const log = pino({ level: 'silent' });
    const made = { store, link, log, clock: createClock(0, () => own), keepsCopy: true, problem: null, delay: null };
    opened.push(made);
    return made;
  };
  beforeAll(async () => {
    test = await centralEngine().create();
    folder = await mkdtemp(join(tmpdir(), 'sign-in-'));
  });
  beforeEach(() => {
    own = Date.parse('2026-11-24T10:00:00Z');
    workstation = open(join(folder, String(opened.length)));
  });
  afterAll(async () => {
    for (const { store } of opened) if (store.isOpen()) store.close();
    await rm(folder, { recursive: true, force: true });
    await test?.close();
  });

  let people = 0;
  const makePerson = async () => {
    const username = `person-${++people}`;
    const passwordHash = await hashPassword(password);
    const user = { username, displayName: username, role: 'warehouse' as const, clientId: null, passwordHash };
    const userId = await insertUser(test.db, user, new Date(own));
    const person = { userId, username, displayName: username, role: user.role, clientId: null, clientName: null };
    await rememberSignIn(workstation, test.db, person, password);
    return { userId, username };
  };
  const makeSession = async (user: { userId: number; username: string }) => {
    const tokenHash = randomBytes(32);
    const expiresAt = new Date(own + 86_400_000);
    const origin = { address: '', userAgent: '', secondFactor: false };
    await insertSession(test.db, { tokenHash, userId: user.userId, now: new Date(own), expiresAt, ...origin });
    const principal: SessionPrincipal = {
      ...user,
      displayName: user.username,
      role: 'warehouse',
      client: null,
      party: null,
      mustChangePassword: false,
      credential: { kind: 'session', id: 1, tokenHash, expiresAt },
    };
    return principal;
  };
  const signIn = (username: string, secret: string, address = 'local') =>
    signInOffline(workstation, deps, { username, password: secret, address }).then(
      () => 'in',
      (error: { code: string }) => error.code,
    );

  it('does not get in by a hundred passwords at once, the right one last, nor after a restart', async () => {
    const { username } = await makePerson();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => signIn(username, n === 99 ? password : `wrong ${n}`)),
    );
    const counted = (answer: string) => answers.filter((one) => one === answer).length;
    expect([counted('in'), counted('not-authenticated'), counted('too-many-requests')]).toEqual([0, 5, 95]);
    workstation.store.close();
    workstation = open(join(folder, String(opened.length - 1)));
    expect(await signIn(username, password)).toBe('too-many-requests');
    // Somebody at another screen of this workstation is not locked out by it.
    expect(await signIn(username, password, '10.0.0.9')).toBe('in');
    own += 31_000;
    expect(await signIn(username, password)).toBe('in');
  });

  it('knows that the password must be changed', async () => {
    const person = await makePerson();
    const principal = await makeSession(person);
    rememberSession(workstation, principal);
    expect(await signIn(person.username, password)).toBe('in');
    // At once, though the session was written a moment ago.
    rememberSession(workstation, { ...principal, mustChangePassword: true });
    const held = localPrincipal(workstation, principal.credential.tokenHash, 12, false);
    expect(held?.mustChangePassword).toBe(true);
    expect(await signIn(person.username, password)).toBe('password-change-required');
    expect(await signIn(person.username, 'wrong')).toBe('not-authenticated');
  });

  it('hears of it, and of a new role, when it looks at the central database', async () => {
    const person = await makePerson();
    const principal = await makeSession(person);
    rememberSession(workstation, principal);
    await updateUser(test.db, person.userId, { mustChangePassword: true, role: 'reviewer' });
    await refreshPeople(workstation, test.db);
    const held = localPrincipal(workstation, principal.credential.tokenHash, 12, false);
    expect(held).toMatchObject({ mustChangePassword: true, role: 'reviewer' });
    expect(await signIn(person.username, password)).toBe('password-change-required');
  });

  it('keeps no session that was ended at another console', async () => {
    const person = await makePerson();
    const [ended, live] = [await makeSession(person), await makeSession(person)];
    for (const one of [ended, live]) rememberSession(workstation, one);
    await test.db.query(sql`delete from sessions where token_hash = ${ended.credential.tokenHash}`);
    await refreshPeople(workstation, test.db);
    expect(localPrincipal(workstation, ended.credential.tokenHash, 12, false)).toBeNull();
    expect(localPrincipal(workstation, live.credential.tokenHash, 12, false)).not.toBeNull();
  });
});
