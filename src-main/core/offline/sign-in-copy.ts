import type { SignInCopy } from '../access/sign-in-copy.ts';
import type { Database } from '../platform/db/queryable.ts';
import { endLocalSession, localPrincipal, noteForAudit, rememberSession, rememberSignIn } from './people.ts';
import type { Workstation } from './workstation.ts';

/** What a workstation remembers of sessions and people, for signing in and going on while it is cut off. */
export const signInCopyOf = (workstation: Workstation, db: Database): SignInCopy => ({
  isCutOff: () => workstation.link.state() === 'offline',
  guarded: (work, repeatable) => workstation.link.guarded(work, repeatable),
  rememberSession: (principal) => rememberSession(workstation, principal),
  principalOf: (tokenHash, idleHours, untoldOnly) => localPrincipal(workstation, tokenHash, idleHours, untoldOnly),
  endSession: (tokenHash) => endLocalSession(workstation, tokenHash),
  rememberSignIn: (person, password) => rememberSignIn(workstation, db, person, password),
  noteForAudit: (userId, entry) => workstation.store.write(() => noteForAudit(workstation, userId, entry)),
});
