import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { copyOut } from '../db/copy-out.ts';
import { type BackupEnd, type BackupHeader, END_OF_TABLE, FIRST_LINE } from './backup-format.ts';
import {
  appliedMigrations,
  beginReading,
  readInstallation,
  storedPartitions,
  storedSequences,
  storedTables,
} from './catalog-store.ts';

/** Most of what is stored is sealed or hashed, and gets no smaller by trying harder. */
const LEVEL = 3;

export interface Progress {
  table: string;
  /** Of all tables so far. */
  rows: number;
}
export interface WrittenBackup {
  header: BackupHeader;
  rows: number;
  /** Of the file. */
  bytes: number;
}

/**
 * Writes everything that a database holds to a file, as it stands at one moment. On PostgreSQL others go on meanwhile; the
 * embedded engine has one session, so that they wait. The file appears under its name only when it is whole and on the
 * disk; nothing is left of one that could not be finished. `anchorsOf` reads the newest entry of the audit log in the same
 * moment; `keys` is sealed already.
 */
export async function writeBackup(
  client: pg.Client,
  path: string,
  options: {
    engine: BackupHeader['engine'];
    version: string;
    now: Date;
    anchorsOf: (client: pg.Client) => Promise<BackupHeader['anchors']>;
    keys: string | null;
    /** At the beginning of each table; waited for. */
    onProgress?: (progress: Progress) => void | Promise<void>;
  },
): Promise<WrittenBackup> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unfinished = join(folder, `.${basename(path)}.${process.pid}.part`);
  const hash = createHash('sha256');
  const rows: BackupEnd['rows'] = {};
  let sequences: BackupEnd['sequences'] = {};
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    // Called when all that was written before has been passed on.
    flush(done) {
      const end: BackupEnd = { rows, sequences, sha256: hash.digest('hex') };
      done(null, `${JSON.stringify({ end })}\n`);
    },
  });
  const file = createWriteStream(unfinished, { flags: 'w', mode: 0o600, flush: true });
  const written = pipeline(hashing, createGzip({ level: LEVEL }), file);
  // Looked at below; until then nobody waits for it.
  written.catch(() => undefined);
  const say = async (line: object | string) => {
    const text = typeof line === 'string' ? line : JSON.stringify(line);
    if (!hashing.write(`${text}\n`)) await Promise.race([once(hashing, 'drain'), written]);
  };
  try {
    const content = async (): Promise<Omit<WrittenBackup, 'bytes'>> => {
      await beginReading(client);
      const header = await headerOf(client, options);
      await say(FIRST_LINE);
      await say(header);
      let total = 0;
      for (const { name, columns, copyOut: statement } of await storedTables(client)) {
        await options.onProgress?.({ table: name, rows: total });
        await say({ table: name, columns });
        rows[name] = await copyOut(client, statement, hashing);
        total += rows[name];
        await say(END_OF_TABLE);
      }
      sequences = await storedSequences(client);
      await client.query('commit');
      if (options.keys !== null) await say({ keys: options.keys });
      hashing.end();
      return { header, rows: total };
    };
    const [{ header, rows: count }] = await Promise.all([content(), written]);
    const { size } = await stat(unfinished);
    await rename(unfinished, path);
    await syncFolder(folder);
    return { header, rows: count, bytes: size };
  } catch (error) {
    hashing.destroy();
    await written.catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function headerOf(
  client: pg.Client,
  { engine, version, now, anchorsOf }: Parameters<typeof writeBackup>[2],
): Promise<BackupHeader> {
  return {
    version,
    madeAt: now.toISOString(),
    engine,
    installation: await readInstallation(client),
    migrations: (await appliedMigrations(client)) ?? [],
    partitions: await storedPartitions(client),
    anchors: await anchorsOf(client),
  };
}

/** A rename is on the disk once its folder is. Windows has no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
