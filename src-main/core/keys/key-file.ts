import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../platform/errors.ts';
import { SYMMETRIC_KEY_BYTES } from './envelope.ts';
import { copySecret, decodeBase64, encodeBase64, secretBytes } from './secret-bytes.ts';

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
    let bytes: Uint8Array;
    try {
      bytes = await readPrivateFile(from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      if (error instanceof AppError) throw error;
      throw new AppError('corrupt-data', 'The key file can’t be read by this user.', { cause: error });
    }
    try {
      return await parse(bytes, protection);
    } finally {
      bytes.fill(0);
    }
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
      await writeKey(path, key, now, protection).catch((cause: NodeJS.ErrnoException) => {
        if (cause instanceof AppError) throw cause;
        const why = `The key can’t be saved in its place (${cause.code ?? 'unknown error'}) and is not saved anywhere else.`;
        throw new AppError('unavailable', `${why} Make the folder writable, or choose a file with CONSOLE_KEY_FILE.`, {
          cause,
        });
      });
    },
    async stage(key, now) {
      if (key) await writeKey(staged, key, now, protection);
      else await rm(staged, { force: true });
    },
    readStaged: () =>
      read(staged).catch((error: unknown) => {
        if (error instanceof AppError) return null;
        throw error;
      }),
  };
}

/** In the place of a key while the rest of its file is a string. */
const HELD_APART = 'A';

async function writeKey(path: string, key: StoredKek, now: Date, protection?: KeyProtection): Promise<void> {
  const bytes = protection ? await protection.seal(key.kek) : key.kek;
  const base64 = encodeBase64(bytes);
  const content = {
    version: 1,
    keyEncryptionKeyId: key.kekId,
    [protection ? 'sealedKey' : 'key']: HELD_APART.repeat(base64.length),
    createdAt: now.toISOString(),
  };
  const file = Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
  file.set(base64, file.indexOf(HELD_APART.repeat(base64.length)));
  base64.fill(0);
  try {
    await writePrivateFile(path, file);
  } finally {
    file.fill(0);
  }
}

/** Far more than a key file has. */
const MAX_FILE_BYTES = 65_536;

/** Reads a file that this user alone can read, without a string of it. AppError `corrupt-data` when others can too. */
async function readPrivateFile(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { mode, size } = await file.stat();
    if (!onWindows && (mode & OTHERS) !== 0) {
      const why = `The key file can be read by other users of this machine (mode ${(mode & 0o777).toString(8)}).`;
      throw new AppError('corrupt-data', `${why} Set its mode to 600, or enrol this console again.`);
    }
    const bytes = secretBytes(Math.min(size, MAX_FILE_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Takes the key out of the file's bytes, so that no string of it is made. Null where there is none in base64. */
function takeKey(file: Uint8Array, name: string): Uint8Array | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const named = bytes.indexOf(`"${name}"`);
  if (named < 0) return null;
  const from = bytes.indexOf('"', bytes.indexOf(':', named)) + 1;
  const to = bytes.indexOf('"', from);
  if (from === 0 || to < 0) return null;
  const key = decodeBase64(bytes.subarray(from, to));
  bytes.fill(HELD_APART, from, to);
  return key;
}

async function parse(bytes: Uint8Array, protection?: KeyProtection): Promise<StoredKek> {
  const stored = takeKey(bytes, protection ? 'sealedKey' : 'key');
  const file = readable(bytes);
  if (!stored || !file) {
    stored?.fill(0);
    throw unusable();
  }
  const kek = protection ? await opened(stored, protection) : stored;
  if (kek.length === SYMMETRIC_KEY_BYTES) return { kekId: file.keyEncryptionKeyId, kek };
  kek.fill(0);
  throw unusable();
}

async function opened(sealed: Uint8Array, protection: KeyProtection): Promise<Uint8Array> {
  const given = await protection.open(sealed);
  const kek = copySecret(given);
  given.fill(0);
  return kek;
}

/** What the file has besides the key. */
function readable(bytes: Uint8Array) {
  try {
    return fileSchema.parse(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')));
  } catch {
    // The parser's message would quote the file.
    return null;
  }
}

const unusable = () => new AppError('corrupt-data', 'The key file is damaged. Enrol this console again.');

/** Writes a file that this user alone can read: all of it or nothing, and on disk before it returns. */
export async function writePrivateFile(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined && !onWindows) await chmod(folder, 0o700);
  const temporary = join(folder, `.${process.pid}-${performance.now()}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
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
