import type { Store } from './store.ts';

export interface DamagedFile {
  path: string;
  reason: string;
  foundAt: number;
  /** Acts that were taken over from it. */
  rescued: number;
  /** Whether those were all of them. */
  complete: boolean;
}

export const insertDamagedFile = (store: Store, file: DamagedFile) =>
  store.run(
    'insert into damaged_files (path, reason, found_at, rescued, complete) values (?, ?, ?, ?, ?)',
    file.path,
    file.reason,
    file.foundAt,
    file.rescued,
    file.complete ? 1 : 0,
  );

/** Those that nobody has seen yet, oldest first. */
export const unseenDamagedFiles = (store: Store) =>
  store
    .all<{ id: number; path: string; foundAt: number; rescued: number; complete: number }>(
      'select id, path, found_at as foundAt, rescued, complete from damaged_files where seen_by is null order by id',
    )
    .map((file) => ({ ...file, complete: file.complete === 1 }));

export const markDamagedFileSeen = (store: Store, id: number, username: string) =>
  store.run('update damaged_files set seen_by = ? where id = ? and seen_by is null', username, id);
