import type { DownloadTicket } from '../../../../src-shared/contract/download-tickets.ts';
import { AppError } from '../errors.ts';
import type { FileAnswer, RequestContext } from './handler.ts';
import { requireSession } from './principal.ts';

/** A file that is written when its ticket is used, and what the audit entry of that moment says. */
export interface PreparedDownload {
  fileName: string;
  details: Record<string, unknown>;
  write(context: RequestContext): Promise<FileAnswer>;
}

interface Held {
  download: PreparedDownload;
  sessionTokenHash: Uint8Array;
  expiresAt: number;
  forget: NodeJS.Timeout;
}

const LIFE_MS = 60_000;
/** Tickets of one console at once. */
const MOST = 20;

export interface DownloadTickets {
  /**
   * Gives a ticket for a download that a POST has allowed, since a save dialog and a browser's download can only GET. It
   * lives in this console's memory, works once, within a minute, and for the same session alone.
   */
  issue(context: RequestContext, download: PreparedDownload): DownloadTicket;
  /**
   * Takes the download of a ticket, which is then used up. AppError `not-found` for any that can't be used, without
   * saying why.
   */
  take(context: RequestContext, ticket: string): PreparedDownload;
}

/** The tickets of one console. */
export function createDownloadTickets(deps: {
  now: () => Date;
  randomBytes: (length: number) => Uint8Array;
}): DownloadTickets {
  const held = new Map<string, Held>();
  return {
    issue(context, download) {
      const { tokenHash } = requireSession(context).session;
      if (held.size >= MOST)
        throw new AppError('too-many-requests', 'Too many downloads are being prepared. Wait a minute and try again.', {
          retryAfterSeconds: LIFE_MS / 1000,
        });
      const ticket = Buffer.from(deps.randomBytes(32)).toString('base64url');
      const expiresAt = deps.now().getTime() + LIFE_MS;
      // What it holds (a passphrase, say) must not stay in memory just because nobody came.
      const forget = setTimeout(() => held.delete(ticket), LIFE_MS);
      forget.unref();
      held.set(ticket, { download, sessionTokenHash: tokenHash, expiresAt, forget });
      return { ticket, fileName: download.fileName, expiresAt: new Date(expiresAt).toISOString() };
    },
    take(context, ticket) {
      const { tokenHash } = requireSession(context).session;
      const found = held.get(ticket);
      const own = found && Buffer.compare(found.sessionTokenHash, tokenHash) === 0;
      if (own) {
        clearTimeout(found.forget);
        held.delete(ticket);
        if (deps.now().getTime() < found.expiresAt) return found.download;
      }
      throw new AppError('not-found', 'This download was used already, or its minute is over. Prepare it again.');
    },
  };
}
