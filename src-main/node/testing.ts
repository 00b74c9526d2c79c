import { connect } from 'node:net';
import { createStaticFiles } from '../core/platform/http/static-files.ts';
import { type TestConsole, testConsole } from '../core/testing/console.ts';
import { testEngines } from '../core/testing/database.ts';
import { hostHandler } from './host-handler.ts';
import { type Limits, type Listening, listen } from './listen.ts';

export interface Target {
  app: TestConsole;
  server: Listening;
  host: string;
  /** Sends bytes as they are over a socket of its own, and gives what came back until the other side closed or fell silent. */
  raw(bytes: string | string[], options?: { pauseMs?: number; patienceMs?: number }): Promise<Reply>;
  /** A whole request with the usual headers, and others or another Host where given. */
  request(line: string, headers?: Record<string, string>, body?: string): Promise<Reply>;
  close(): Promise<void>;
}
export interface Reply {
  /** Of the first answer; 0 when there was none. */
  status: number;
  /** How many answers came. */
  answers: number;
  text: string;
  /** The other side ended the connection. */
  closed: boolean;
}

/** A whole console behind the real listener on a free port, with limits that a test needn't wait long for. */
export async function startTarget(
  files: string,
  limits: Partial<Limits> = {},
  tls?: { cert: string; key: string },
): Promise<Target> {
  const app = await testConsole(await testEngines()[0]!.create(), { jsonBodyMs: 400 });
  const allowedHosts = app.parts.config.allowedHosts as string[];
  const handle = hostHandler({
    api: app.handle,
    files: createStaticFiles(files, async () => []),
    allowedHosts,
    tls: tls !== undefined,
  });
  const server = await listen('127.0.0.1', 0, handle, { limits, tls });
  const host = `127.0.0.1:${server.port}`;
  allowedHosts.push(host, `localhost:${server.port}`);

  const raw: Target['raw'] = (bytes, { pauseMs = 20, patienceMs = 1500 } = {}) =>
    new Promise((resolve) => {
      const socket = connect(server.port, '127.0.0.1');
      let text = '';
      let closed = false;
      const finish = () => {
        clearTimeout(patience);
        socket.destroy();
        const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)];
        resolve({ status: Number(statuses[0]?.[1] ?? 0), answers: statuses.length, text, closed });
      };
      const patience = setTimeout(finish, patienceMs);
      socket.setEncoding('latin1');
      socket.on('data', (part: string) => {
        text += part;
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        closed = true;
        finish();
      });
      socket.on('connect', async () => {
        for (const part of typeof bytes === 'string' ? [bytes] : bytes) {
          if (socket.destroyed) return;
          socket.write(part, 'latin1');
          await new Promise((next) => setTimeout(next, pauseMs));
        }
      });
    });

  return {
    app,
    server,
    host,
    raw,
    request: (line, headers = {}, body = '') => {
      const all = {
        host,
        connection: 'close',
        ...(body ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
        ...headers,
      };
      const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
      return raw(`${line} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`);
    },
    async close() {
      await server.close();
      await app.close();
    },
  };
}
