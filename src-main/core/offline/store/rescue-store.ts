import type Sqlite from 'better-sqlite3';
import SqliteFile from 'better-sqlite3';

/**
 * Copies what can still be read of a damaged file's outbox into a new store, each row as it was. Reading stops at the
 * first page that can't be read; `complete` says whether there was none.
 */
export function rescueOutbox(into: Sqlite.Database, damagedPath: string): { rescued: number; complete: boolean } {
  let rescued = 0;
  let damaged: Sqlite.Database | null = null;
  try {
    // Not read-only: what was acknowledged last may stand in the write-ahead log, which has to be recovered first.
    damaged = new SqliteFile(damagedPath);
    const columns = into.pragma('table_info(outbox)') as { name: string }[];
    const names = columns.map(({ name }) => name);
    const insert = into.prepare(
      `insert or ignore into outbox (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
    );
    const rows = damaged.prepare<[], Record<string, unknown>>('select * from outbox order by sequence').iterate();
    for (const row of rows) {
      insert.run(...names.map((name) => row[name] ?? null));
      rescued++;
    }
    const installation = damaged
      .prepare<[], { value: string }>("select value from facts where name = 'installation'")
      .get();
    if (installation) into.prepare("insert or ignore into facts values ('installation', ?)").run(installation.value);
    return { rescued, complete: true };
  } catch {
    // Said by `complete`: the person is told that the file holds more than could be read.
    return { rescued, complete: false };
  } finally {
    damaged?.close();
  }
}
