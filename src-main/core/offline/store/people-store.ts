import type { Role } from '../../../../src-shared/contract/roles.ts';
import type { Store } from './store.ts';

/** A person as they were at the last contact with the central database. */
export interface CopiedPerson {
  userId: number;
  username: string;
  displayName: string;
  role: Role;
  clientId: number | null;
  clientName: string | null;
  /** Somebody else chose the password: nothing is open before it is changed. */
  mustChangePassword: boolean;
}

/** As SQLite gives it. */
type Stored<T> = Omit<T, 'mustChangePassword'> & { mustChangePassword: number };
const asKept = <T extends { mustChangePassword: boolean }>(row: Stored<T> | undefined): T | null =>
  row ? ({ ...row, mustChangePassword: row.mustChangePassword === 1 } as unknown as T) : null;

export interface KnownPerson extends CopiedPerson {
  verifier: string | null;
  passwordMark: Uint8Array | null;
  /** Milliseconds since 1970: the last sign-in or use of a session while connected. */
  seenAt: number;
}

const columns = `p.user_id as userId, p.username, p.display_name as displayName, p.role, p.client_id as clientId,
  p.client_name as clientName, p.must_change_password as mustChangePassword`;

/** Keeps what the central database says of a person, and that it said so now. */
export const putPerson = (store: Store, person: CopiedPerson, seenAt: number) =>
  store.write(() => {
    // A user name that passed to another person belongs to them now.
    store.run('delete from people where username = ? and user_id <> ?', person.username, person.userId);
    store.run(
      `insert into people (user_id, username, display_name, role, client_id, client_name, must_change_password, seen_at)
       values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (user_id) do update set username = excluded.username,
       display_name = excluded.display_name, role = excluded.role, client_id = excluded.client_id,
       client_name = excluded.client_name, must_change_password = excluded.must_change_password, seen_at = max(seen_at, excluded.seen_at)`,
      person.userId,
      person.username,
      person.displayName,
      person.role,
      person.clientId,
      person.clientName,
      person.mustChangePassword ? 1 : 0,
      seenAt,
    );
  });

export const setVerifier = (store: Store, userId: number, verifier: string, passwordMark: Uint8Array) =>
  store.run('update people set verifier = ?, password_mark = ? where user_id = ?', verifier, passwordMark, userId);

export const forgetVerifier = (store: Store, userId: number) =>
  store.run('update people set verifier = null, password_mark = null where user_id = ?', userId);

export const findPerson = (store: Store, username: string): KnownPerson | null =>
  asKept(
    store.get<Stored<KnownPerson>>(
      `select ${columns}, p.verifier, p.password_mark as passwordMark, p.seen_at as seenAt from people p where p.username = ?`,
      username,
    ),
  );

export const findPersonById = (store: Store, userId: number): KnownPerson | null =>
  asKept(
    store.get<Stored<KnownPerson>>(
      `select ${columns}, p.verifier, p.password_mark as passwordMark, p.seen_at as seenAt from people p where p.user_id = ?`,
      userId,
    ),
  );

/** The person can't sign in here any more while cut off, and every session of theirs ends here. */
export const forgetPerson = (store: Store, userId: number) => store.run('delete from people where user_id = ?', userId);

/** Everybody, with their sessions. */
export const forgetPeople = (store: Store) => store.run('delete from people');

export interface LocalSession extends CopiedPerson {
  expiresAt: number;
  lastSeenAt: number;
  begunOffline: number;
}

export const putSession = (
  store: Store,
  session: { tokenHash: Uint8Array; userId: number; expiresAt: number; now: number; begunOffline: boolean },
) =>
  store.run(
    `insert into sessions (token_hash, user_id, expires_at, last_seen_at, begun_offline) values (?, ?, ?, ?, ?)
     on conflict (token_hash) do update set expires_at = excluded.expires_at, last_seen_at = excluded.last_seen_at`,
    session.tokenHash,
    session.userId,
    session.expiresAt,
    session.now,
    session.begunOffline ? 1 : 0,
  );

export const findLocalSession = (store: Store, tokenHash: Uint8Array): LocalSession | null =>
  asKept(
    store.get<Stored<LocalSession>>(
      `select ${columns}, s.expires_at as expiresAt, s.last_seen_at as lastSeenAt, s.begun_offline as begunOffline
       from sessions s join people p on p.user_id = s.user_id where s.token_hash = ?`,
      tokenHash,
    ),
  );

export const touchSession = (store: Store, tokenHash: Uint8Array, now: number) =>
  store.run('update sessions set last_seen_at = ? where token_hash = ?', now, tokenHash);

export const forgetSession = (store: Store, tokenHash: Uint8Array) =>
  store.run('delete from sessions where token_hash = ?', tokenHash);

/** Those that the central database has not been told of. */
export const forgetOfflineSessionsOf = (store: Store, userId: number) =>
  store.run('delete from sessions where user_id = ? and begun_offline = 1', userId);

/** Those that the central database knows, or has ended meanwhile. */
export const toldSessions = (store: Store): Uint8Array[] =>
  store
    .all<{ tokenHash: Uint8Array }>('select token_hash as tokenHash from sessions where begun_offline = 0')
    .map(({ tokenHash }) => tokenHash);

/** Sessions that the central database has not been told of. */
export const offlineSessions = (store: Store) =>
  store.all<{ tokenHash: Uint8Array; userId: number; expiresAt: number; lastSeenAt: number }>(
    `select token_hash as tokenHash, user_id as userId, expires_at as expiresAt, last_seen_at as lastSeenAt
     from sessions where begun_offline = 1`,
  );

export const markSessionTold = (store: Store, tokenHash: Uint8Array) =>
  store.run('update sessions set begun_offline = 0 where token_hash = ?', tokenHash);

export const forgetExpiredSessions = (store: Store, now: number) =>
  store.run('delete from sessions where expires_at <= ?', now);

export const anyPersonOf = (store: Store, roles: readonly Role[]): boolean =>
  store.get(`select 1 as found from people where role in (${roles.map(() => '?').join(', ')}) limit 1`, ...roles) !==
  undefined;

export const knownPeople = (store: Store) =>
  store.all<{ userId: number; seenAt: number; passwordMark: Uint8Array | null }>(
    'select user_id as userId, seen_at as seenAt, password_mark as passwordMark from people',
  );
