import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { secretScanner } from './secret-scan.ts';

const key = randomBytes(28);
const scan = secretScanner([
  { name: 'key', bytes: key },
  { name: 'another', bytes: randomBytes(28) },
]);
const formsIn = (content: Uint8Array | string) => scan('here', content).map(({ secret, form }) => `${secret}: ${form}`);

it.each<[string, (planted: Buffer) => Uint8Array | string]>([
  ['raw', (planted) => Buffer.concat([randomBytes(1001), planted, randomBytes(100)])],
  ['hexadecimal', (planted) => `\\x${planted.toString('hex')}`],
  ['hexadecimal in capitals', (planted) => planted.toString('hex').toUpperCase()],
  ['base64', (planted) => `{"privateKey":"${planted.toString('base64')}"}`],
  ['base64', (planted) => Buffer.concat([Buffer.from('x'), planted]).toString('base64')],
  ['base64', (planted) => Buffer.concat([Buffer.from('xy'), planted, Buffer.from('z')]).toString('base64')],
  ['base64', (planted) => planted.subarray(0, 27).toString('base64')],
  ['decimal', (planted) => `d = ${BigInt(`0x${planted.toString('hex')}`)}`],
  ['a list of bytes', (planted) => JSON.stringify({ data: [...planted] })],
])('finds a planted key as %s', (form, write) => {
  expect(formsIn(write(key))).toContain(`key: ${form}`);
});

it('finds base64url', () => {
  const url = Buffer.from('fbefbefbefbe'.repeat(5).slice(0, 56), 'hex');
  const found = secretScanner([{ name: 'url', bytes: url }])('here', url.toString('base64url'));
  expect(found).toContainEqual({ secret: 'url', form: 'base64url', where: 'here' });
});

it('finds nothing where there is nothing', () => {
  expect(scan('here', randomBytes(2_000_000))).toEqual([]);
  expect(scan('here', '')).toEqual([]);
});
