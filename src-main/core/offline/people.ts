import { randomUUID } from 'node:crypto';
import { hashPassword } from '../access/passwords.ts';
import { insertSession } from '../access/sessions/sessions-store.ts';
import type { RememberedPerson } from '../access/sign-in-copy.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import type { SessionPrincipal } from '../platform/http/principal.ts';
import { readOfflineSettings } from './offline-settings.ts';
import { readFact, writeFact } from './store/facts-store.ts';
import { addToOutbox, type OutboxRequest } from './store/outbox-store.ts';
import {
  type CopiedPerson,
  findLocalSession,
  forgetExpiredSessions,
  forgetOfflineSessionsOf,
  forgetPerson,
  forgetSession,
  forgetVerifier,
  knownPeople,
  markSessionTold,
  offlineSessions,
  putPerson,
  putSession,
  setVerifier,
  toldSessions,
  touchSession,
} from './store/people-store.ts';
import { SIGN_IN_DAYS, timeOf, type Workstation } from './workstation.ts';
import { liveSessions, readPeople } from './workstation-people-store.ts';

/** A session is written once a minute, as in the central database. */
const REMEMBER_MS = 60_000;
/** When a session was written last, and what was said of its person then. */
const remembered = new WeakMap<Workstation, Map<string, { at: number; person: string }>>();

/** Keeps a live session and its person for the time when the central database is away. Never fails the request. */
export function rememberSession(workstation: Workstation, principal: SessionPrincipal): void {
  if (!workstation.keepsCopy) return;
  const { store, clock, log } = workstation;
  const times = remembered.get(workstation) ?? new Map<string, { at: number; person: string }>();
  remembered.set(workstation, times);
  const key = Buffer.from(principal.credential.tokenHash).toString('base64');
  const now = clock.now().getTime();
  const person = personOf(principal);
  const said = JSON.stringify(person);
  const last = times.get(key);
  // A new role, client or password is kept at once: cutting the network must not give the former back.
  if (last && last.person === said && now - last.at < REMEMBER_MS) return;
  times.set(key, { at: now, person: said });
  if (times.size > 1000) times.delete(times.keys().next().value as string);
  try {
    store.write(() => {
      putPerson(store, person, now);
      const { tokenHash, expiresAt } = principal.credential;
      const { userId } = principal;
      putSession(store, { tokenHash, userId, expiresAt: expiresAt.getTime(), now, begunOffline: false });
    });
  } catch (error) {
    log.warn({ err: error }, 'a session could not be kept on this workstation');
  }
}

const personOf = ({
  userId,
  username,
  displayName,
  role,
  client,
  mustChangePassword,
}: SessionPrincipal): CopiedPerson => ({
  userId,
  username,
  displayName,
  role,
  clientId: client?.id ?? null,
  clientName: client?.name ?? null,
  mustChangePassword,
});

/**
 * The person of a session as this workstation remembers them; null when there is none, or it has ended. `offlineOnly`:
 * only sessions that the central database has not been told of.
 */
export function localPrincipal(
  workstation: Workstation,
  tokenHash: Uint8Array,
  idleHours: number,
  offlineOnly: boolean,
): SessionPrincipal | null {
  const { store } = workstation;
  const session = findLocalSession(store, tokenHash);
  if (!session || (offlineOnly && session.begunOffline === 0)) return null;
  const now = timeOf(workstation).getTime();
  if (session.expiresAt <= now || session.lastSeenAt <= now - idleHours * 3_600_000) return null;
  if (now - session.lastSeenAt > REMEMBER_MS) touchSession(store, tokenHash, now);
  const { userId, username, displayName, role, clientId, clientName, mustChangePassword } = session;
  return {
    userId,
    username,
    displayName,
    role,
    client: clientId === null ? null : { id: clientId, name: clientName ?? '' },
    mustChangePassword,
    party: null,
    // The id belongs to the central database, and nothing that works without it asks for it.
    credential: { kind: 'session', id: 0, tokenHash, expiresAt: new Date(session.expiresAt) },
  };
}

/** After a sign-in at the central database: what is needed to check the same password without it. */
export async function rememberSignIn(
  workstation: Workstation,
  db: Database,
  person: RememberedPerson,
  password: string,
): Promise<void> {
  if (!workstation.keepsCopy) return;
  const { store, clock, log } = workstation;
  try {
    const [[row], verifier] = await Promise.all([readPeople(db, [person.userId]), hashPassword(password)]);
    if (!row || row.secondFactor) return;
    store.write(() => {
      putPerson(store, { ...person, mustChangePassword: row.mustChangePassword }, clock.now().getTime());
      setVerifier(store, person.userId, verifier, row.passwordMark);
    });
  } catch (error) {
    log.warn({ err: error }, 'a sign-in could not be kept on this workstation');
  }
}

/** Queues an entry for the audit log, dated now. Within the transaction of what it is about. */
export function noteForAudit(
  workstation: Workstation,
  userId: number | null,
  entry: Omit<OutboxRequest & { kind: 'audit' }, 'kind'>,
): void {
  const { store, clock } = workstation;
  const details = { ...entry.details, offline: true };
  addToOutbox(store, {
    mutationId: randomUUID(),
    orderId: null,
    userId,
    request: { kind: 'audit', ...entry, details },
    answer: null,
    at: clock.own(),
    clockOffset: timeOf(workstation).getTime() - clock.own(),
  });
}

/**
 * Tells the central database of sessions begun while it was away, so that they go on. A session whose person has been
 * disabled or has changed their password since ends here.
 */
export async function tellSessions(workstation: Workstation, deps: { db: Database; now: () => Date }): Promise<void> {
  const { store } = workstation;
  await refreshPeople(workstation, deps.db);
  for (const { tokenHash, userId, expiresAt, lastSeenAt } of offlineSessions(store)) {
    await deps.db.transaction(systemScope, (tx) =>
      insertSession(tx, {
        tokenHash,
        userId,
        now: new Date(Math.min(lastSeenAt, deps.now().getTime())),
        expiresAt: new Date(expiresAt),
        address: '',
        userAgent: 'begun offline',
        secondFactor: false,
      }),
    );
    markSessionTold(store, tokenHash);
  }
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Takes over what has changed about the people that this workstation remembers. */
export async function refreshPeople(workstation: Workstation, db: Database): Promise<void> {
  const { store, clock } = workstation;
  const known = knownPeople(store);
  if (known.length === 0) return;
  const rows = await readPeople(
    db,
    known.map((person) => person.userId),
  );
  const byId = new Map(rows.map((row) => [row.userId, row]));
  const { signInDays } = await readOfflineSettings(db);
  const told = toldSessions(store);
  const live = new Set((await liveSessions(db, told)).map(hexOf));
  store.write(() => {
    writeFact(store, 'sign-in-days', signInDays);
    forgetExpiredSessions(store, clock.now().getTime());
    // Ended at another console, by a sign-out, an administrator or a new password.
    for (const tokenHash of told) if (!live.has(hexOf(tokenHash))) forgetSession(store, tokenHash);
    for (const person of known) {
      const row = byId.get(person.userId);
      if (!row || row.disabled) {
        forgetPerson(store, person.userId);
        continue;
      }
      putPerson(store, row, person.seenAt);
      const changed = person.passwordMark !== null && Buffer.compare(person.passwordMark, row.passwordMark) !== 0;
      if (changed || row.secondFactor) {
        forgetVerifier(store, person.userId);
        // Begun with a password that is no longer valid, or no longer enough.
        forgetOfflineSessionsOf(store, person.userId);
      }
    }
  });
}

export const signInDays = ({ store }: Workstation): number => readFact<number>(store, 'sign-in-days') ?? SIGN_IN_DAYS;

/** Ends a session here. */
export const endLocalSession = ({ store }: Workstation, tokenHash: Uint8Array) => forgetSession(store, tokenHash);
