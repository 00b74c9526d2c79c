import type { Writable } from 'node:stream';
import type pg from 'pg';

/** What `pg` calls on whatever it is given in place of a query. Its types know only part of it. */
interface Answered {
  submit(connection: Wire): void;
  handleCopyData(message: { chunk: Buffer }, connection: Wire): void;
  handleCommandComplete(message: { text: string }): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}
interface Wire {
  query(text: string): void;
  stream: { pause(): void; resume(): void };
}

/** Rows go on in blocks: a write for each would take longer than reading it. */
const BLOCK_BYTES = 64 * 1024;

/**
 * Runs a `copy … to stdout` and writes what comes to `to`, no faster than that takes it. Resolves with the number of
 * rows. Both engines answer it bit by bit, so that a table of any size needs no memory.
 */
export function copyOut(client: pg.Client, statement: string, to: Writable): Promise<number> {
  return new Promise((resolve, reject) => {
    let rows = 0;
    let block = Buffer.allocUnsafe(BLOCK_BYTES);
    let used = 0;
    let waits = false;
    const pass = (bytes: Buffer, stream?: Wire['stream']) => {
      if (to.write(bytes) || to.destroyed || stream === undefined || waits) return;
      waits = true;
      stream.pause();
      const goOn = () => {
        waits = false;
        to.off('drain', goOn).off('close', goOn);
        stream.resume();
      };
      to.on('drain', goOn).on('close', goOn);
    };
    const flush = (stream?: Wire['stream']) => {
      if (used > 0) pass(block.subarray(0, used), stream);
      block = Buffer.allocUnsafe(BLOCK_BYTES);
      used = 0;
    };
    const query: Answered = {
      submit: (connection) => connection.query(statement),
      // `pg` reads the next rows into the same memory: what is kept must be copied.
      handleCopyData({ chunk }, { stream }) {
        if (used + chunk.length > BLOCK_BYTES) flush(stream);
        if (chunk.length > BLOCK_BYTES) pass(Buffer.from(chunk), stream);
        else used += chunk.copy(block, used);
      },
      handleCommandComplete({ text }) {
        rows = Number(text.split(' ')[1]);
      },
      handleReadyForQuery() {
        flush();
        resolve(rows);
      },
      handleError: reject,
    };
    client.query(query as unknown as pg.Submittable);
  });
}
