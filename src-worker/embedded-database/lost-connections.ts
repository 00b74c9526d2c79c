import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import type { PGLiteSocketServer } from '@electric-sql/pglite-socket';

interface QueryQueue {
  clearTransactionIfNeeded(handlerId: number): Promise<void>;
}

/**
 * pglite-socket 0.2.11 rolls back what a lost connection left open, but overlooks the message that is being worked on just
 * then. The connection keeps its place for ever, and in the end nobody else gets one. So that message is waited for
 * first.
 */
export function rollBackLost(server: PGLiteSocketServer, database: PGlite): void {
  const { queryQueue: queue } = server as unknown as { queryQueue: QueryQueue };
  const clear = queue.clearTransactionIfNeeded.bind(queue);
  queue.clearTransactionIfNeeded = async (handlerId) => {
    await database.runExclusive(async () => undefined);
    // Until the queue has noted whose message it was.
    await nextTurn();
    await clear(handlerId);
  };
}
