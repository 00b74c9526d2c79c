import { AppError } from '../platform/errors.ts';
import type { KeyListener, Keyring } from './keyring.ts';

/** A keyring that is locked until the central database, which holds the wrapped key, answers for the first time. */
export interface DeferredKeyring extends Keyring {
  /** Uses this keyring from now on. */
  open(keyring: Keyring): void;
}

export function createDeferredKeyring(): DeferredKeyring {
  let opened: Keyring | null = null;
  const listeners = new Set<KeyListener>();
  const tell = async () => {
    await Promise.all([...listeners].map((listener) => listener()));
  };
  const ready = (): Keyring => {
    if (opened) return opened;
    throw new AppError(
      'key-locked',
      'The keys can’t be opened before the central database answers. Try again when it does.',
    );
  };
  return {
    open(keyring) {
      opened = keyring;
      keyring.onChange(tell);
      void tell();
    },
    state: () => opened?.state() ?? 'locked',
    get where() {
      return opened?.where ?? '';
    },
    problem: () => opened?.problem() ?? null,
    kek: () => ready().kek(),
    kekId: () => ready().kekId(),
    lock: async () => opened?.lock(),
    unlock: async () => ready().unlock(),
    enrol: async (passphrase) => ready().enrol(passphrase),
    stage: async (key) => ready().stage(key),
    // There is nothing to refresh yet; `openKeyring` reads what is in use.
    refresh: async () => opened?.refresh(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
