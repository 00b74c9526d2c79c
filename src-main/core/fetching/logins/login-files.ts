import { randomBytes } from 'node:crypto';
import type { KekHolder } from '../../keys/data-keys.ts';
import { AppError } from '../../platform/errors.ts';
import type { FetcherDeps } from '../fetcher-deps.ts';
import type { SourceRow } from '../source-turns-store.ts';
import { sealFresh } from './keep-login.ts';
import { noteLoginFile, replaceLogin } from './logins-store.ts';
import { readLoginFile, stampOf } from './read-login-file.ts';

export interface LoginFiles {
  /** Takes over the files that have changed since it last looked. True when a source has a fresh login by it. */
  follow(sources: readonly SourceRow[], keys: KekHolder): Promise<boolean>;
  /** Reads the file of a source whose login was refused. Returns the source with the fresh login; null when there is none. */
  renew(source: SourceRow, keys: KekHolder): Promise<SourceRow | null>;
}

type Deps = Pick<FetcherDeps, 'db' | 'now' | 'log' | 'publish'>;

/** A file that is as it was is noted as read so often, so that a console that lacks it leaves the word to this one. */
const NOTE_EVERY_MS = 300_000;

/**
 * Follows the login files of sources on this host. They are looked at, rather than watched: a watch is lost when a file
 * is replaced, and there is none on many network drives.
 */
export function createLoginFiles(deps: Deps): LoginFiles {
  /** What was last read of each file, and when. */
  const seen = new Map<number, { path: string; stamp: string | null; at: number }>();

  async function take(source: SourceRow, path: string, keys: KekHolder): Promise<SourceRow | null> {
    const { db, now, log, publish } = deps;
    const stamp = await stampOf(path);
    const file = await readLoginFile(path, now());
    if (file.kind === 'unfinished') return null;
    if (file.kind === 'login') {
      const sealed = await sealFresh({ db, keys, randomBytes, now }, source, file.login);
      if (sealed) {
        const setAt = new Date(Math.min(file.changedAt.getTime(), now().getTime()));
        await replaceLogin(db, source.id, sealed, { from: 'file', setAt });
        log('info', 'fresh login taken from its file', { source: source.name });
        publish({ type: 'fetcher' });
      }
      await noteLoginFile(db, source.id, null, now());
      seen.set(source.id, { path, stamp, at: now().getTime() });
      return sealed ? { ...source, ...sealed } : null;
    }
    seen.set(source.id, { path, stamp, at: now().getTime() });
    const elsewhere = file.kind === 'missing' && wasReadElsewhere(source, now().getTime());
    const message = file.kind === 'missing' ? MISSING : file.message;
    if (!elsewhere && source.loginFileError !== message) {
      await noteLoginFile(db, source.id, message, now());
      log('warn', 'a login file can’t be read', { source: source.name, detail: message });
      publish({ type: 'fetcher' });
    }
    return null;
  }

  return {
    async follow(sources, keys) {
      const now = deps.now().getTime();
      let renewed = false;
      for (const source of sources) {
        const { loginFile: path } = source;
        if (path === null) continue;
        const last = seen.get(source.id);
        const isAnew = source.loginFileReadAt === null && source.loginFileError === null;
        const isOld = !last || isAnew || last.path !== path || now - last.at >= NOTE_EVERY_MS || now < last.at;
        if (!isOld && last.stamp === (await stampOf(path))) continue;
        const taken = await take(source, path, keys).catch((error: unknown) => {
          // Keys that were locked meanwhile: it is read again when they are back.
          if (!(error instanceof AppError)) throw error;
          deps.log('warn', 'a login file could not be taken over', { source: source.name, detail: error.message });
          return null;
        });
        renewed ||= taken !== null;
      }
      return renewed;
    },
    renew: async (source, keys) => (source.loginFile === null ? null : take(source, source.loginFile, keys)),
  };
}

const MISSING =
  'There is no login file at this path on any console that fetches. Check the path, and that the tool runs.';

/** Another console read it lately: it lies on that one's host. */
const wasReadElsewhere = ({ loginFileReadAt }: SourceRow, now: number): boolean =>
  loginFileReadAt !== null && Math.abs(now - loginFileReadAt.getTime()) < 2 * NOTE_EVERY_MS;
