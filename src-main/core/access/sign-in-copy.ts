import type { SessionPrincipal } from '../platform/http/principal.ts';

/** A person, as a workstation keeps them. */
export interface RememberedPerson {
  userId: number;
  username: string;
  displayName: string;
  role: SessionPrincipal['role'];
  clientId: number | null;
  clientName: string | null;
}

/**
 * What a workstation remembers of sessions and people, so that they go on while the central database is out of reach.
 * The room `offline` implements it.
 */
export interface SignInCopy {
  isCutOff(): boolean;
  /** Runs work at the central database; a lost connection is noticed, and `repeatable` work tried again. */
  guarded<T>(work: () => Promise<T>, repeatable: boolean): Promise<T>;
  rememberSession(principal: SessionPrincipal): void;
  /** @param untoldOnly only a session that the central database has not been told of */
  principalOf(tokenHash: Uint8Array, idleHours: number, untoldOnly: boolean): SessionPrincipal | null;
  endSession(tokenHash: Uint8Array): void;
  /** After a sign-in at the central database: what is needed to check the same password without it. */
  rememberSignIn(person: RememberedPerson, password: string): Promise<void>;
  /** Queues an entry for the audit log. */
  noteForAudit(
    userId: number | null,
    entry: { username: string; action: string; details: Record<string, unknown> },
  ): void;
}
