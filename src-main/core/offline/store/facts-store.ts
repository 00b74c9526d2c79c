import type { Store } from './store.ts';

/** Facts by name, as JSON. */
export type FactName =
  | 'installation'
  | 'device-cursor'
  | 'device-load'
  | 'restored-at'
  | 'synced-at'
  | 'mac-identifiers'
  | 'clock-offset'
  | 'console-key'
  | 'contact-at'
  | 'sign-in-days'
  | 'scanner'
  /** Hashes of the addresses that answered, without their passwords. */
  | 'database-address'
  | 'redis-address';

export function readFact<T>(store: Store, name: FactName): T | null {
  const row = store.get<{ value: string }>('select value from facts where name = ?', name);
  return row ? (JSON.parse(row.value) as T) : null;
}

export function writeFact(store: Store, name: FactName, value: unknown): void {
  store.run(
    'insert into facts (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
    name,
    JSON.stringify(value),
  );
}

export const forgetFact = (store: Store, name: FactName) => store.run('delete from facts where name = ?', name);
