import { Socket } from 'node:net';
import { join } from 'node:path';
import type pg from 'pg';
import { tlsOf } from './tls-settings.ts';

/**
 * How to reach the database: plain data, so that it can be sent to a worker. The embedded engine listens in a private
 * folder (mode 0700) or on a named pipe, never on a TCP port, since it does not authenticate.
 */
export type DatabaseConnection =
  | { engine: 'embedded'; socketFolder: string }
  /** `connections` is the most that the whole console opens. */
  | { engine: 'postgresql'; url: string; connections?: number };

/** What a console opens at most unless it is told otherwise, and the fewest that it can be told. Its share of what all have may be smaller. */
export const CONNECTIONS = { usual: 20, fewest: 8 } as const;

/** The most connections of one part of a console; the link to the database has one more. What waits for one queues up. */
export function poolSize(connection: DatabaseConnection, part: 'core' | 'fetcher' | 'status-engine'): number {
  // The embedded engine runs one statement at a time anyway.
  if (connection.engine === 'embedded') return part === 'core' ? 10 : 2;
  const all = connection.connections ?? CONNECTIONS.usual;
  const folds = all < CONNECTIONS.fewest ? 1 : 2;
  if (part === 'status-engine') return folds;
  const shared = all - 1 - folds;
  const fetcher = Math.max(folds, Math.floor(shared / 3));
  return part === 'fetcher' ? fetcher : shared - fetcher;
}

const EMBEDDED_PORT = 5432;

/** Path that the embedded engine listens on: PostgreSQL's usual socket name within the folder, or a pipe on Windows. */
export const socketPath = (socketFolder: string) =>
  socketFolder.startsWith('\\\\.\\pipe\\') ? socketFolder : join(socketFolder, `.s.PGSQL.${EMBEDDED_PORT}`);

/** The same as `pg` takes it. AppError `validation-failed` where the address says of TLS what can’t be. */
export function connectionConfig(connection: DatabaseConnection): pg.ClientConfig {
  if (connection.engine === 'postgresql') {
    const { url, ssl } = tlsOf(connection.url);
    return { connectionString: url, ...(ssl === null ? {} : { ssl }) };
  }
  const base = { user: 'postgres', database: 'postgres', port: EMBEDDED_PORT };
  if (!connection.socketFolder.startsWith('\\\\.\\pipe\\')) return { ...base, host: connection.socketFolder };
  return { ...base, host: 'localhost', stream: () => pipeStream(connection.socketFolder) };
}

/** `pg` connects its stream by port and host; a named pipe has neither. */
function pipeStream(path: string): Socket {
  const stream = new Socket();
  const connect = stream.connect.bind(stream);
  stream.connect = (() => connect(path)) as typeof stream.connect;
  return stream;
}
