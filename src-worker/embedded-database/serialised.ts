import type { PGlite } from '@electric-sql/pglite';

const code = (letter: string) => letter.charCodeAt(0);
/** Frontend messages of the extended protocol before its Sync (PostgreSQL manual, 53.7): Parse, Bind, Describe, Execute, Close, Flush. */
const extended = new Set(['P', 'B', 'D', 'E', 'C', 'H'].map(code));
const SYNC = code('S');
const SIMPLE_QUERY = code('Q');

type StreamOptions = Parameters<PGlite['execProtocolRawStream']>[1];

/**
 * pglite-socket 0.2.11 passes messages of several connections to the one session one at a time, and lets a connection
 * keep its turn only within a transaction. A Parse of one connection could then be followed by a Bind of another. So an
 * unfinished extended query counts as a transaction too, until its Sync. And a connection that was lost just before the
 * end asks for its transaction when the database is closed already: then there is none, and asking must not throw.
 */
export function serialised(database: PGlite): PGlite {
  let unfinished = false;
  let closed = false;
  return new Proxy(database, {
    get(target, key) {
      if (key === 'isInTransaction') return () => !closed && (unfinished || target.isInTransaction());
      if (key === 'close') {
        return () => {
          closed = true;
          return target.close();
        };
      }
      if (key === 'execProtocolRawStream') {
        return (message: Uint8Array, options: StreamOptions) => {
          const type = message[0] as number;
          if (type === SYNC || type === SIMPLE_QUERY) unfinished = false;
          if (!extended.has(type)) return target.execProtocolRawStream(message, options);
          unfinished = true;
          return withoutReady(options, (own) => target.execProtocolRawStream(message, own));
        };
      }
      // When a connection is lost within a transaction, the server rolls back by this. Its unfinished query is gone
      // too.
      if (key === 'exec') {
        return (...args: Parameters<PGlite['exec']>) => {
          unfinished = false;
          return target.exec(...args);
        };
      }
      const value = Reflect.get(target, key) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const READY_LENGTH = 6;
const ready = [0x5a, 0, 0, 0, 5];

/**
 * PGlite 0.5.8 ends the answer to a failed Parse, Bind or Execute with ReadyForQuery, and answers the Sync that follows
 * with another. A server sends only the second (53.2.3), and `pg` would take the first for the end of the query and the
 * second for the end of the next one. So the last six bytes are held back, and dropped if they are a ReadyForQuery.
 */
async function withoutReady(options: StreamOptions, run: (options: StreamOptions) => Promise<void>): Promise<void> {
  let held = new Uint8Array();
  await run({
    ...options,
    onRawData(data) {
      const all = new Uint8Array(held.length + data.length);
      all.set(held);
      all.set(data, held.length);
      const safe = Math.max(0, all.length - READY_LENGTH);
      if (safe > 0) options?.onRawData?.(all.slice(0, safe));
      held = all.slice(safe);
    },
  });
  const isReady = held.length === READY_LENGTH && ready.every((byte, at) => held[at] === byte);
  if (held.length > 0 && !isReady) options?.onRawData?.(held);
}
