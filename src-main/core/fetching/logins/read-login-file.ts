import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import {
  type AppleLogin,
  MAX_AUTH_FILE_BYTES,
  parseAuthFile,
} from '../../../../src-shared/domain/find-my/auth-file.ts';

export type LoginFile =
  | { kind: 'login'; login: AppleLogin; changedAt: Date }
  /** Another tool is at it: it changed while it was read, or a moment before and makes no sense yet. */
  | { kind: 'unfinished' }
  | { kind: 'missing' }
  | { kind: 'problem'; message: string };

/** A file that makes no sense is given so long to be finished. */
const WRITING_MS = 10_000;

/**
 * Which state of a file this is: another one after each writing and each replacement. Null when there is none.
 */
export async function stampOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found && [found.dev, found.ino, found.size, found.mtimeNs].join(':');
}

/**
 * Reads an auth.json that another tool writes. Never rejects, and tells nothing of what the file holds. It is opened by
 * its path each time, so that one that was put in its place is read.
 */
export async function readLoginFile(path: string, now: Date): Promise<LoginFile> {
  let file: FileHandle | null = null;
  try {
    // A pipe would keep the reader waiting for a writer.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const before = await file.stat({ bigint: true });
    if (!before.isFile())
      return { kind: 'problem', message: 'The login file is not a file. Enter the path of an auth.json.' };
    const bytes = Buffer.alloc(MAX_AUTH_FILE_BYTES + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const after = await file.stat({ bigint: true });
    if (after.mtimeNs !== before.mtimeNs || after.size !== before.size) return { kind: 'unfinished' };
    const parsed = parseAuthFile(bytes.toString('utf8', 0, bytesRead));
    bytes.fill(0);
    const changedAt = new Date(Number(before.mtimeNs / 1_000_000n));
    if ('login' in parsed) return { kind: 'login', login: parsed.login, changedAt };
    const age = now.getTime() - changedAt.getTime();
    if (age >= 0 && age < WRITING_MS) return { kind: 'unfinished' };
    return { kind: 'problem', message: problems[parsed.problem] };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    const why = code === 'EACCES' || code === 'EPERM' ? 'this console may not read it' : `it can’t be read (${code})`;
    return {
      kind: 'problem',
      message: `The login file is there, but ${why}. Let the user that runs the console read it.`,
    };
  } finally {
    await file?.close().catch(() => undefined);
  }
}

const fresh = 'Log in again with the tool that writes it.';
const problems = {
  'too-large': 'The login file is far too large for an auth.json. Check its path.',
  'not-json': `The login file is not JSON. ${fresh}`,
  'no-dsid': `The login file has no "dsid". Check its path, or log in again with the tool that writes it.`,
  'no-token': `The login file has no "searchPartyToken". ${fresh}`,
} as const;
