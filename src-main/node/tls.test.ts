import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOptions } from '../core/app/options.ts';
import { refusal } from '../core/testing/request.ts';
import { listenAddress } from './listen-address.ts';
import { startTarget, type Target } from './testing.ts';

const options = (...flags: string[]) => parseOptions(flags, '/data', {});

describe('opening the console beyond this machine', () => {
  let folder: string;
  let cert: string;
  let key: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const subject = ['-subj', '/CN=console.test', '-addext', 'subjectAltName=DNS:console.test,IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert]);
    await writeFile(join(folder, 'index.html'), '<title>app</title>');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('listens on loopback unless told otherwise, without TLS', async () => {
    const address = await listenAddress(options());
    expect(address).toMatchObject({ host: '127.0.0.1', tls: undefined });
    expect(address.hosts(4780)).toEqual(['127.0.0.1:4780', 'localhost:4780']);
    expect(address.url(4780)).toBe('http://127.0.0.1:4780/');
  });

  it('is refused without certificate, key or name', async () => {
    for (const [flags, said] of [
      [['--listen', '192.168.1.10'], /needs TLS/],
      [['--listen', '0.0.0.0', '--host-name', 'console.test'], /needs TLS/],
      [['--listen', '::', '--host-name', 'console.test'], /needs TLS/],
      [['--listen', '192.168.1.10', '--tls-cert', cert], /--tls-key is missing/],
      [['--tls-key', key], /--tls-cert is missing/],
      [['--listen', '0.0.0.0', '--tls-cert', cert, '--tls-key', key], /--host-name/],
      [['--listen', '192.168.1.10', '--tls-cert', '/nowhere.pem', '--tls-key', key], /nowhere.pem can’t be read/],
    ] as [string[], RegExp][]) {
      const error = await refusal(listenAddress(options(...flags)));
      expect(error.message).toMatch(said);
    }
  });

  it('answers to the address and the names given, with and without the usual port', async () => {
    const tls = ['--tls-cert', cert, '--tls-key', key];
    const named = await listenAddress(
      options('--listen', '0.0.0.0', '--host-name', 'Console.test, other.test', ...tls),
    );
    expect(named.hosts(443)).toEqual(['console.test', 'console.test:443', 'other.test', 'other.test:443']);
    expect(named.hosts(8443)).toEqual(['console.test:8443', 'other.test:8443']);
    expect(named.url(8443)).toBe('https://console.test:8443/');
    const six = await listenAddress(options('--listen', '2001:db8::1', ...tls));
    expect(six.hosts(8443)).toEqual(['[2001:db8::1]:8443']);
  });

  describe('with a certificate', () => {
    let target: Target;
    beforeAll(async () => {
      const pem = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
      target = await startTarget(folder, {}, pem);
      (target.app.parts.config.allowedHosts as string[]).push('console.test');
      await target.app.send('POST', '/setup', {
        body: { username: 'anna', displayName: 'Anna', password: 'a long enough one' },
      });
    });
    afterAll(() => target?.close());
    const send = (path: string, headers: Record<string, string> = {}, body?: string) =>
      new Promise<{ status: number; headers: Record<string, string | string[] | undefined>; text: string }>(
        (resolve, reject) => {
          const ca = readFile(cert);
          void ca.then((trusted) => {
            const sent = request(
              {
                host: '127.0.0.1',
                port: target.server.port,
                path,
                ca: trusted,
                servername: 'console.test',
                checkServerIdentity: () => undefined,
                method: body ? 'POST' : 'GET',
                headers: { 'content-type': 'application/json', ...headers },
                agent: false,
              },
              async (answer) => {
                let text = '';
                for await (const part of answer) text += part;
                resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
              },
            );
            sent.on('error', reject);
            sent.end(body);
          });
        },
      );

    it('sets a Secure cookie and HSTS, and takes its own https origin only', async () => {
      const host = `127.0.0.1:${target.server.port}`;
      const body = JSON.stringify({ username: 'anna', password: 'a long enough one' });
      const login = await send('/api/v1/auth/login', { origin: `https://${host}` }, body);
      expect(login.status).toBe(200);
      const cookie = login.headers['set-cookie']![0]!;
      const name = `__Host-console_session_${target.server.port}`;
      // What a browser demands of the prefix: Secure, the whole host, no Domain.
      expect(cookie).toMatch(new RegExp(`^${name}=[^;]{43}; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Strict; Secure$`));
      const token = /=([^;]*)/.exec(cookie)![1]!;
      expect((await send('/api/v1/auth/session', { cookie: `${name}=${token}` })).status).toBe(200);
      // A program without TLS on this machine can set the name without the prefix only.
      const plain = { cookie: `console_session_${target.server.port}=${token}` };
      expect((await send('/api/v1/auth/session', plain)).status).toBe(401);
      for (const path of ['/', '/api/v1/health/live', '/api/v1/clients'])
        expect((await send(path)).headers['strict-transport-security']).toBe('max-age=31536000');
      expect((await send('/api/v1/auth/login', { origin: `http://${host}` }, body)).status).toBe(403);
      expect((await send('/', { host: 'console.test' })).text).toContain('<title>app');
      expect((await send('/', { host: 'evil.example' })).status).toBe(403);
    });

    it('speaks no plain HTTP there, and no TLS older than 1.2', async () => {
      const plain = await target.request('GET /api/v1/health/live');
      expect(plain.text).not.toContain('ok');
      const old = new Promise<string>((resolve) => {
        const socket = connect({
          port: target.server.port,
          host: '127.0.0.1',
          rejectUnauthorized: false,
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.1',
          ciphers: 'DEFAULT@SECLEVEL=0',
        });
        socket.on('secureConnect', () => resolve('connected'));
        socket.on('error', () => resolve('refused'));
      });
      expect(await old).toBe('refused');
      // A handshake that never comes is let go too.
      const silent = connectPlain(target.server.port, '127.0.0.1');
      await new Promise((resolve) => silent.once('connect', resolve));
      silent.destroy();
      expect((await send('/api/v1/health/live')).status).toBe(200);
    });
  });
});
