import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConnector, ForbiddenAddress } from './connector.ts';

let server: Server;
let url: string;
let seen: { path: string; authorization: string | undefined }[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ path: request.url ?? '', authorization: request.headers.authorization });
    if (request.url === '/away') response.writeHead(302, { location: `${url}/elsewhere` }).end();
    else if (request.url === '/silent') return;
    else {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end(JSON.stringify({ got: Buffer.concat(chunks).toString() })));
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.closeAllConnections());

const named =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const connecting = (allowed: boolean, lookUp?: () => Promise<{ address: string; family: number }[]>) =>
  createConnector({ allowsPrivate: async () => allowed, ...(lookUp ? { lookUp } : {}) });

it('asks this machine by http, and answers as fetch does', async () => {
  const answer = await connecting(false)(`${url}/x`, { method: 'POST', body: 'né' });
  expect([answer.status, await answer.json()]).toEqual([200, { got: 'né' }]);
});

it('follows no redirect, so that no login goes elsewhere', async () => {
  seen = [];
  const answer = await connecting(false)(`${url}/away`, { headers: { authorization: 'Basic secret' } });
  expect(answer.status).toBe(302);
  expect(seen).toEqual([{ path: '/away', authorization: 'Basic secret' }]);
});

it.each([
  ['http://169.254.169.254/latest/meta-data', true],
  ['https://169.254.169.254/', true],
  ['https://[fd00:ec2::254]/', true],
  ['https://0.0.0.0/', true],
  ['https://2852039166/', true],
  ['http://10.0.0.1/', true],
  ['https://10.0.0.1/', false],
  ['https://0x0a000001/', false],
  ['https://[::ffff:10.0.0.1]/', false],
  ['http://example.org/', true],
  ['ftp://127.0.0.1/', true],
])('refuses %s before anything is sent', async (address, allowed) => {
  const tried = connecting(allowed, named('17.253.144.10'))(address);
  await expect(tried).rejects.toBeInstanceOf(ForbiddenAddress);
});

it.each([['169.254.169.254'], ['fe80::1'], ['17.253.144.10', '169.254.169.254'], ['17.253.144.10', '192.168.0.9']])(
  'judges where a name leads: %s',
  async (...addresses) => {
    const tried = connecting(false, named(...addresses))('https://innocent.example/');
    await expect(tried).rejects.toBeInstanceOf(ForbiddenAddress);
  },
);

it('connects to the address that was judged, whatever the name leads to a moment later', async () => {
  let asked = 0;
  const rebinding = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
  const answer = await connecting(false, rebinding)(url.replace('127.0.0.1', 'rebinding.example'));
  expect([answer.status, asked]).toEqual([200, 1]);
  await answer.body?.cancel();
});

it('ends with the signal’s reason', async () => {
  const tried = connecting(false)(`${url}/silent`, { signal: AbortSignal.timeout(50) });
  await expect(tried).rejects.toMatchObject({ name: 'TimeoutError' });
});
