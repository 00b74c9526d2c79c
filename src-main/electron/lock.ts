import type { PowerMonitor } from 'electron';
import type { LockReason } from '../../src-shared/contract/shell.ts';

export interface LockParts {
  powerMonitor: Pick<PowerMonitor, 'getSystemIdleTime'> & {
    on(event: 'suspend' | 'resume' | 'lock-screen', listener: () => void): unknown;
  };
  /** Minutes without keyboard or mouse after which the window is locked; 0 never. */
  idleMinutes: number;
  /** Ends the window's session: whoever comes next signs in. */
  lockWindow(reason: LockReason): void;
  /** Drops the keys from memory, as a sleeping computer's memory can be read. */
  dropKeys(): void;
  /** Reads the keys from the keychain again. */
  restoreKeys(): void;
}

const CHECK_MS = 15_000;
const DEFAULT_IDLE_MINUTES = 15;

/** CONSOLE_IDLE_LOCK_MINUTES: whole minutes, 0 for never; what is no such number counts as not set. */
export const idleMinutes = (value: string | undefined): number =>
  value !== undefined && /^\d{1,4}$/.test(value) ? Number(value) : DEFAULT_IDLE_MINUTES;

/**
 * Locks the window when the computer sleeps, when its screen is locked, and when nobody touched it for a while. The
 * engines go on while only the window is locked: reports must be fetched at night too. Sleep stops them anyway, so
 * the keys are dropped for its length. Returns the function that ends the watch.
 */
export function watchForLock(parts: LockParts): () => void {
  const { powerMonitor } = parts;
  powerMonitor.on('suspend', () => {
    parts.lockWindow('suspend');
    parts.dropKeys();
  });
  powerMonitor.on('resume', () => parts.restoreKeys());
  powerMonitor.on('lock-screen', () => parts.lockWindow('lock-screen'));
  if (parts.idleMinutes <= 0) return () => undefined;
  let away = false;
  const timer = setInterval(() => {
    const idle = powerMonitor.getSystemIdleTime() >= parts.idleMinutes * 60;
    if (idle && !away) parts.lockWindow('idle');
    away = idle;
  }, CHECK_MS);
  return () => clearInterval(timer);
}
