import { randomUUID } from 'node:crypto';
import { readFact, writeFact } from './facts-store.ts';
import type { Store } from './store.ts';

/** The key of a data folder, made the first time that it is asked for. */
export function consoleKey(store: Store): string {
  const known = readFact<string>(store, 'console-key');
  if (known !== null) return known;
  const made = randomUUID();
  writeFact(store, 'console-key', made);
  return made;
}
