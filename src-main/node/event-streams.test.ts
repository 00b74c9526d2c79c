import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_IN_ALL, MOST_PER_USER } from '../core/access/event-stream.ts';
import { usualLimits } from './listen.ts';
import { startTarget, type Target } from './testing.ts';

const POLL = { timeout: 30_000, interval: 20 };

/** A listener whose event streams are all taken, over real sockets, by as many users as it needs. */
describe('the event streams of all users together', () => {
  let folder: string;
  let target: Target;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'streams-'));
    target = await startTarget(folder, { connections: MOST_IN_ALL + 50, connectionsPerAddress: MOST_IN_ALL + 50 });
  });
  afterAll(async () => {
    await target?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a stream and waits for the head of its answer; what comes over it is gathered. */
  const listen = (as: string) =>
    new Promise<{ socket: Socket; text(): string }>((resolve, reject) => {
      const socket = connect(target.server.port, '127.0.0.1');
      let text = '';
      socket.setEncoding('latin1');
      socket.on('data', (part: string) => {
        text += part;
        if (text.includes('\r\n\r\n')) resolve({ socket, text: () => text });
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error(`closed after “${text}”`)));
      socket.write(
        `GET /api/v1/events HTTP/1.1\r\nhost: ${target.host}\r\ncookie: console_session_${target.server.port}=${as}\r\nconnection: close\r\n\r\n`,
      );
    });

  it('are fewer than the connections that a listener takes, so that requests get through', () => {
    expect(MOST_IN_ALL).toBeLessThan(usualLimits.connections);
  });

  it('are bounded: the next one waits, requests are answered, and a stream that ends makes room', async () => {
    const users = await Promise.all(
      Array.from({ length: MOST_IN_ALL / MOST_PER_USER }, () => target.app.signIn('reviewer')),
    );
    const late = await target.app.signIn('admin');
    const held: Awaited<ReturnType<typeof listen>>[] = [];
    try {
      for (const user of users)
        held.push(...(await Promise.all(Array.from({ length: MOST_PER_USER }, () => listen(user)))));
      expect(held.filter(({ text }) => text().startsWith('HTTP/1.1 200'))).toHaveLength(MOST_IN_ALL);

      const refused = await listen(late);
      expect(refused.text()).toMatch(/^HTTP\/1\.1 503/);
      expect(refused.text().toLowerCase()).toContain('retry-after: 30');
      const asked = await target.request('GET /api/v1/clients', {
        cookie: `console_session_${target.server.port}=${late}`,
      });
      expect(asked.status).toBe(200);

      target.app.parts.events.publish({ type: 'changed', resource: 'clients' });
      const told = () => held.filter(({ text }) => text().includes('"resource":"clients"')).length;
      await expect.poll(told, POLL).toBe(MOST_IN_ALL);

      held[0]!.socket.destroy();
      const opened = async () => {
        const stream = await listen(late);
        held.push(stream);
        return stream.text().slice(0, 12);
      };
      await expect.poll(opened, POLL).toBe('HTTP/1.1 200');
      expect((await listen(late)).text()).toMatch(/^HTTP\/1\.1 503/);
    } finally {
      for (const { socket } of held) socket.destroy();
    }
  }, 120_000);
});
