import { storableText } from '../../../src-shared/domain/storable-text.ts';
import { passwordMatches } from '../access/passwords.ts';
import { type IssuedSession, sessionOf } from '../access/sessions/issue-session.ts';
import { loginAs, loginAsFrom, loginFrom } from '../access/throttle.ts';
import type { RandomBytes } from '../keys/envelope.ts';
import { AppError } from '../platform/errors.ts';
import { newSessionToken } from '../platform/http/session-token.ts';
import { noteForAudit, signInDays } from './people.ts';
import { countAttempts, forgetAttempts, giveAttemptsBack } from './store/attempts-store.ts';
import { findPerson, type KnownPerson, putSession } from './store/people-store.ts';
import { timeOf, type Workstation } from './workstation.ts';

export interface OfflineSignInDeps {
  readonly config: { readonly sessionMaxHours: number };
  readonly randomBytes: RandomBytes;
}

const DAY_MS = 86_400_000;

/**
 * Signs in somebody who has signed in on this workstation before, within the set number of days since they were last
 * here while connected. The session and its audit entry are queued for the central database. The throttles are those of
 * a sign-in at the central database, kept by this workstation and raised before the password is looked at. Rejects with
 * AppError `not-authenticated`, `password-change-required` or `too-many-requests`.
 */
export async function signInOffline(
  workstation: Workstation,
  deps: OfflineSignInDeps,
  request: { username: string; password: string; address: string },
): Promise<IssuedSession> {
  const { store, clock } = workstation;
  const username = request.username.trim().toLowerCase();
  const now = timeOf(workstation).getTime();
  const own = [loginAsFrom(username, request.address)];
  const others = [loginFrom(request.address), loginAs(username)];
  const waits = countAttempts(store, [...own, ...others], clock.own());
  if (waits > 0) {
    const seconds = Math.ceil(waits / 1000);
    throw new AppError('too-many-requests', `Too many failed attempts. Wait ${seconds} seconds and try again.`, {
      retryAfterSeconds: seconds,
    });
  }
  const person = findPerson(store, username);
  const matches = await passwordMatches(person?.verifier ?? null, request.password);
  const fail = (reason: string, sentence: string) => {
    store.write(() =>
      noteForAudit(workstation, person?.userId ?? null, {
        username: storableText(username, 64),
        action: 'auth.login-failed',
        details: { reason, address: request.address },
      }),
    );
    return new AppError('not-authenticated', sentence);
  };
  if (!person || !matches) {
    throw fail(
      !person ? 'unknown user' : 'wrong password',
      'The central database can’t be reached. The user name or the password is wrong, or this person has not logged in on this workstation before.',
    );
  }
  store.write(() => {
    forgetAttempts(store, own);
    giveAttemptsBack(store, others);
  });
  if (person.mustChangePassword)
    throw new AppError(
      'password-change-required',
      'The central database can’t be reached, and somebody else set your password: it must be changed there first.',
    );
  const days = signInDays(workstation);
  if (now - person.seenAt > days * DAY_MS) throw fail('too long offline', tooLong(person, days));
  return begin(workstation, deps, person, request.address, now);
}

function begin(
  workstation: Workstation,
  deps: OfflineSignInDeps,
  person: KnownPerson,
  address: string,
  now: number,
): IssuedSession {
  const { store } = workstation;
  const { token, tokenHash } = newSessionToken(deps.randomBytes);
  const limit = person.seenAt + signInDays(workstation) * DAY_MS;
  const expiresAt = Math.min(now + deps.config.sessionMaxHours * 3_600_000, limit);
  const { userId, username, displayName, role, clientId, clientName } = person;
  store.write(() => {
    putSession(store, { tokenHash, userId, expiresAt, now, begunOffline: true });
    noteForAudit(workstation, userId, { username, action: 'auth.login', details: { address } });
  });
  const client = clientId === null ? null : { id: clientId, name: clientName ?? '' };
  return {
    token,
    maxAgeSeconds: Math.max(1, (expiresAt - now) / 1000),
    session: sessionOf({ userId, username, displayName, role, client, mustChangePassword: false }, new Date(expiresAt)),
  };
}

const tooLong = (person: KnownPerson, days: number) =>
  days === 0
    ? 'The central database can’t be reached, and logging in without it is turned off.'
    : `The central database can’t be reached, and ${person.displayName} last logged in here with it more than ${days} days ago. Log in again once it answers.`;
