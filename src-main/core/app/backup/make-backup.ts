import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { Logger } from 'pino';
import { noteAnchor, readAnchors } from '../../audit/anchors.ts';
import { appendAudit } from '../../audit/append-store.ts';
import { lastEntry } from '../../audit/audit-log-store.ts';
import { sealAll } from '../../audit/sealer.ts';
import type { KeyStore } from '../../keys/key-file.ts';
import { sealStoredKey } from '../../keys/sealed-keys.ts';
import { beginAlone } from '../../platform/backup/catalog-store.ts';
import { type Progress, type WrittenBackup, writeBackup } from '../../platform/backup/write-backup.ts';
import { connectionConfig, type DatabaseConnection } from '../../platform/db/connection.ts';
import { onClient } from '../../platform/db/on-client.ts';
import { withClient } from '../../platform/db/with-client.ts';

export interface BackupOptions {
  connection: DatabaseConnection;
  /** Where anchors of the audit log are noted. */
  dataDir: string;
  version: string;
  now: Date;
  log: Logger;
  /** By whom, for the audit log. */
  by: 'command' | 'schedule';
  /** Keys go in only with a passphrase to seal them with. */
  keys: { store: KeyStore; passphrase: string; logN?: number } | null;
  onProgress?: (progress: Progress) => void | Promise<void>;
}

/**
 * Backs up the whole database to a file, with the anchors of its audit log. The audit log is told first, so that the backup
 * holds the entry of itself.
 */
export async function makeBackup(path: string, options: BackupOptions): Promise<WrittenBackup> {
  const { connection, dataDir, now, log } = options;
  const keys =
    options.keys === null ? null : await sealStoredKey(options.keys.store, options.keys.passphrase, options.keys.logN);
  return withClient(connectionConfig(connection), async (client) => {
    await appendAudit(onClient(client), {
      at: now,
      userId: null,
      username: null,
      action: 'backup.create',
      details: { file: basename(path), by: options.by, console: hostname(), withKeys: keys !== null },
    });
    await sealAll(onClient(client));
    const { anchors } = await readAnchors(dataDir);
    const written = await writeBackup(client, path, {
      engine: connection.engine,
      version: options.version,
      now,
      keys,
      anchorsOf: async (reading) => {
        const last = await lastEntry(onClient(reading));
        return last === null ? anchors : [...anchors, { at: now.toISOString(), ...last, why: 'backup' }];
      },
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    });
    await noteAnchor(onClient(client), { dataDir, log, now, why: 'backup' });
    return written;
  });
}

/** The same unless another console does it already: null then. The embedded engine has one console. */
export function makeBackupAlone(path: string, options: BackupOptions): Promise<WrittenBackup | null> {
  const { connection } = options;
  if (connection.engine === 'embedded') return makeBackup(path, options);
  return withClient(connectionConfig(connection), async (client) =>
    (await beginAlone(client)) ? makeBackup(path, options) : null,
  );
}
