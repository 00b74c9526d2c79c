import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../platform/errors.ts';
import { SYMMETRIC_KEY_BYTES } from './envelope.ts';

/** A key-encryption key as an enrolled console keeps it. */
export interface StoredKek {
  kekId: number;
  /** 32 bytes */
  kek: Uint8Array;
}

/** Where an enrolled console keeps the key: a file, or the keychain of a desktop. */
export interface KeyStore {
  /** What a person is told: a path, or the name of the keychain. */
  readonly where: string;
  /** Null when nothing is stored. AppError `corrupt-data`, with the reason, when what is stored can't be used. */
  read(): Promise<StoredKek | null>;
  /**
   * Replaces what is stored. The key of another database is kept aside. One that `spent` knows for a former key of this
   * database goes: after the rotation nothing is sealed under it.
   */
  write(key: StoredKek, now: Date, spent?: (former: StoredKek) => Promise<boolean>): Promise<void>;
  /**
   * Keeps the key of a rotation that has not switched yet beside the one in use; null gives it up. It is on disk before
   * the database switches, so that a crash in between leaves a console that can still open its keys.
   */
  stage(key: StoredKek | null, now: Date): Promise<void>;
  /** What `stage` kept; null when there is nothing, or nothing that can be used. */
  readStaged(): Promise<StoredKek | null>;
}

/** What stands between the key and its file: the keychain of a desktop. */
export interface KeyProtection {
  /** What is said after the path. */
  readonly by: string;
  /** AppError `unavailable` when the key can't be protected; nothing is stored then. */
  seal(key: Uint8Array): Promise<Uint8Array>;
  /** AppError with what to do when it can't be opened. */
  open(sealed: Uint8Array): Promise<Uint8Array>;
}

const fileSchema = z.object({
  version: z.literal(1),
  keyEncryptionKeyId: z.int().positive(),
  key: z.base64().optional(),
  sealedKey: z.base64().optional(),
  createdAt: z.string(),
});

const OTHERS = 0o077;
const onWindows = process.platform === 'win32';

/**
 * A key file, readable by this user alone (mode 0600 in a folder of mode 0700; Windows: the user's profile decides).
 * With a protection it holds the key sealed, and a file that is not sealed by it does not open.
 */
export function keyFile(path: string, protection?: KeyProtection): KeyStore {
  const staged = `${path}.next`;
  const read = async (from = path): Promise<StoredKek | null> => {
    let text: string;
    try {
      const { mode } = await stat(from);
      if (!onWindows && (mode & OTHERS) !== 0) {
        const why = `The key file can be read by other users of this machine (mode ${(mode & 0o777).toString(8)}).`;
        throw new AppError('corrupt-data', `${why} Set its mode to 600, or enrol this console again.`);
      }
      text = await readFile(from, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      if (error instanceof AppError) throw error;
      throw new AppError('corrupt-data', 'The key file can’t be read by this user.', { cause: error });
    }
    return parse(text, protection);
  };
  return {
    where: protection ? `${path} (${protection.by})` : path,
    read: () => read(),
    async write(key, now, spent) {
      const stored = await read().catch(() => null);
      try {
        if (stored && stored.kekId !== key.kekId && !(await spent?.(stored)))
          await rename(path, `${path}.${now.getTime()}.old`);
      } finally {
        stored?.kek.fill(0);
      }
      await writePrivateFile(path, await textOf(key, now, protection)).catch((cause: NodeJS.ErrnoException) => {
        const why = `The key can’t be kept at its place (${cause.code ?? 'unknown error'}), and is not kept anywhere else.`;
        throw new AppError('unavailable', `${why} Make the folder writable, or choose a file with CONSOLE_KEY_FILE.`, {
          cause,
        });
      });
    },
    async stage(key, now) {
      if (key) await writePrivateFile(staged, await textOf(key, now, protection));
      else await rm(staged, { force: true });
    },
    readStaged: () =>
      read(staged).catch((error: unknown) => {
        if (error instanceof AppError) return null;
        throw error;
      }),
  };
}

async function textOf(key: StoredKek, now: Date, protection?: KeyProtection): Promise<string> {
  const bytes = protection ? await protection.seal(key.kek) : key.kek;
  const content = {
    version: 1,
    keyEncryptionKeyId: key.kekId,
    [protection ? 'sealedKey' : 'key']: Buffer.from(bytes).toString('base64'),
    createdAt: now.toISOString(),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

async function parse(text: string, protection?: KeyProtection): Promise<StoredKek> {
  const unusable = () => new AppError('corrupt-data', 'The key file is damaged. Enrol this console again.');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The parser's message would quote the file.
    throw unusable();
  }
  const file = fileSchema.safeParse(content);
  if (!file.success) throw unusable();
  const text64 = protection ? file.data.sealedKey : file.data.key;
  if (text64 === undefined) throw unusable();
  const bytes = Buffer.from(text64, 'base64');
  const kek = new Uint8Array(protection ? await protection.open(bytes) : bytes);
  bytes.fill(0);
  if (kek.length !== SYMMETRIC_KEY_BYTES) throw unusable();
  return { kekId: file.data.keyEncryptionKeyId, kek };
}

/** Writes a file that this user alone can read: all of it or nothing, and on disk before it returns. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined && !onWindows) await chmod(folder, 0o700);
  const temporary = join(folder, `.${process.pid}-${performance.now()}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (onWindows) return;
  const directory = await open(folder, 'r');
  await directory.sync().finally(() => directory.close());
}
