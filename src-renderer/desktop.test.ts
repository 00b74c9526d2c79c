import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Session } from '../src-shared/contract/auth.ts';
import type { LockReason, Shell } from '../src-shared/contract/shell.ts';

vi.mock('./routes.tsx', () => ({ router: { navigate: vi.fn() } }));
vi.mock('./layout/palette/palette-store.ts', () => ({ palette: { open: vi.fn() } }));
const { followDesktop } = await import('./desktop.ts');
const { beginSession, lockedBecause } = await import('./api/session.ts');
const { queryClient, sessionKey } = await import('./api/query-client.ts');

describe('what the desktop tells its window', () => {
  afterEach(() => queryClient.clear());

  it('that it was locked: the session and what was shown are gone, and the login says why', () => {
    let lock = (_reason: LockReason) => {};
    const shell: Partial<Shell> = {
      onLock: (listener) => {
        lock = listener;
        return () => {};
      },
      onCommand: () => () => {},
    };
    followDesktop(shell as Shell);
    beginSession({ user: { id: 1 } } as unknown as Session);
    queryClient.setQueryData(['listTrackers'], 'where things are');
    lock('idle');
    expect([queryClient.getQueryData(sessionKey), queryClient.getQueryData(['listTrackers'])]).toEqual([
      null,
      undefined,
    ]);
    expect(lockedBecause()).toBe('idle');
    beginSession({ user: { id: 1 } } as unknown as Session);
    expect(lockedBecause()).toBeNull();
  });
});
