import Sqlite from 'better-sqlite3';

/**
 * Holds a file for this process by an exclusive transaction of SQLite: a lock of the kernel, which ends with the process
 * however that ends, and which containers that share a volume see too. Returns the function that gives it back; null
 * when another holds it.
 */
export function holdFile(path: string): (() => void) | null {
  const db = new Sqlite(path, { timeout: 0 });
  try {
    db.exec('begin exclusive');
    return () => db.close();
  } catch (error) {
    db.close();
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}
