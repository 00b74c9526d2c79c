import type { LogFn, Logger } from 'pino';

/** Within this time what is out of reach is said once for each cause. */
const WINDOW_MS = 60_000;
/** An outage has few causes at once; more than these begin anew. */
const MOST = 100;

/** Codes of errors that say that something is out of reach, of ours and of sockets. */
const outage = /^(unavailable|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** The cause of an entry that tells of an outage: what its error goes back to. Null for any other entry. */
function causeOf(fields: unknown): string | null {
  const error = (fields as { err?: unknown } | null)?.err as { code?: unknown; message?: unknown } | undefined;
  if (!error || typeof error !== 'object' || !outage.test(String(error.code))) return null;
  return `${String(error.code)} ${String(error.message)}`;
}

/**
 * While a database or Redis is out of reach, every part of a console fails for the same reason, over and over: the log has
 * one line a cause and minute, and the next says how many there were (`repeated`). Entries about anything else all stay.
 */
export function sayOutagesOnce(now: () => number = () => performance.now()) {
  const said = new Map<string, { at: number; repeated: number }>();
  return function logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
    const cause = causeOf(args[0]);
    if (cause === null) {
      method.apply(this, args);
      return;
    }
    const at = now();
    const before = said.get(cause);
    if (before && at - before.at < WINDOW_MS) {
      before.repeated++;
      return;
    }
    if (said.size >= MOST) said.clear();
    said.set(cause, { at, repeated: 0 });
    const [fields, ...rest] = args as unknown as [object, ...unknown[]];
    const told = before?.repeated ? { ...fields, repeated: before.repeated } : fields;
    (method as (...values: unknown[]) => void).apply(this, [told, ...rest]);
  };
}
