import type { PGlite } from '@electric-sql/pglite';

const code = (letter: string) => letter.charCodeAt(0);
/** Frontend messages of the extended protocol before its Sync (PostgreSQL manual, 53.7): Parse, Bind, Describe, Execute, Close, Flush. */
const extended = new Set(['P', 'B', 'D', 'E', 'C', 'H'].map(code));
const SYNC = code('S');
const SIMPLE_QUERY = code('Q');

/**
 * pglite-socket 0.2.11 hands messages of several connections to the one session one by one, and keeps a connection's
 * turn only within a transaction. A Parse of one connection could then be followed by a Bind of another. So an
 * unfinished extended query counts as a transaction too, until its Sync.
 */
export function serialised(database: PGlite): PGlite {
  let unfinished = false;
  return new Proxy(database, {
    get(target, key) {
      if (key === 'isInTransaction') return () => unfinished || target.isInTransaction();
      if (key === 'execProtocolRawStream') {
        return (message: Uint8Array, options: Parameters<PGlite['execProtocolRawStream']>[1]) => {
          const type = message[0] as number;
          if (extended.has(type)) unfinished = true;
          else if (type === SYNC || type === SIMPLE_QUERY) unfinished = false;
          return target.execProtocolRawStream(message, options);
        };
      }
      // The server rolls back when a connection is lost in mid-transaction; what it left unfinished goes with it.
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
