import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request; what it returns is sent as the body. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine whose behaviour a test changes as it goes. */
export async function mapServer(first: Answering) {
  let answering = first;
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    answering(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    answer: (next: Answering) => {
      answering = next;
    },
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/** Serves parts of a file, as a store of objects does. */
export const parts =
  (file: () => Buffer): Answering =>
  (request, response) => {
    const whole = file();
    const [, start = '0', end = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (Number(start) >= whole.length) return void response.writeHead(416).end();
    const last = Math.min(Number(end), whole.length - 1);
    response.writeHead(206, { 'content-range': `bytes ${start}-${last}/${whole.length}` });
    response.end(whole.subarray(Number(start), last + 1));
  };
