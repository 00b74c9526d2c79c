import { argon2Sync, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../platform/db/queryable.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { createDataKey, openDataKeys } from './data-keys.ts';
import { unwrapKek, wrapKek } from './key-encryption-key.ts';
import { findKek } from './key-encryption-key-store.ts';
import { type KeyringDeps, openKeyring } from './keyring.ts';
import { generatePassphrase, normalisePassphrase } from './passphrase.ts';

const cost = { memoryKiB: 64, iterations: 1, parallelism: 1 };
const now = () => new Date('2026-11-23T10:00:00Z');
const PASSPHRASE = 'correct horse battery staple';

let database: TestDatabase;
let db: Database;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'keyring-'));
  return () => rm(dataDir, { recursive: true });
});

const forget = () => db.query(sql`truncate key_encryption_keys, data_keys cascade`);
const open = (more: Partial<KeyringDeps> = {}) => openKeyring({ db, dataDir, randomBytes, now, cost, ...more });
const elsewhere = () => ({ dataDir: join(dataDir, 'other') });
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe.each(testEngines())('on the $name database', ({ create }) => {
  beforeAll(async () => {
    database = await create();
    db = database.db;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await forget();
  });

  test('the first start makes key, key file and recovery kit; the next one finds them', async () => {
    const first = await open();
    expect(first.keyring.state()).toBe('ready');
    expect(first.created?.keyFile).toBe(first.keyring.where);
    expect([await modeOf(first.created!.keyFile), await modeOf(first.created!.recoveryKit)]).toEqual([0o600, 0o600]);
    expect(await modeOf(join(dataDir, 'keys'))).toBe(0o700);
    const second = await open();
    expect(second.created).toBeNull();
    expect(second.keyring.kek()).toEqual(first.keyring.kek());
  });

  test('the kit’s passphrase enrols another console, however it is typed', async () => {
    const { keyring, created } = await open();
    const kit = await readFile(created!.recoveryKit, 'utf8');
    const passphrase = kit.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){6}/)![0];
    const other = (await open(elsewhere())).keyring;
    expect(other.state()).toBe('not-enrolled');
    expect(() => other.kek()).toThrow(/not enrolled/);
    await expect(other.enrol('wrong horse battery staple')).rejects.toMatchObject({ code: 'validation-failed' });
    expect(other.state()).toBe('not-enrolled');
    await other.enrol(` ${passphrase.toLowerCase().replaceAll('-', ' ')} `);
    expect(other.kek()).toEqual(keyring.kek());
    expect((await open(elsewhere())).keyring.state()).toBe('ready');
  });

  test('CONSOLE_PASSPHRASE sets up and enrols, and is written nowhere', async () => {
    const own = { passphrase: PASSPHRASE, keyFile: join(dataDir, 'secret', 'key.json') };
    const { created } = await open(own);
    expect(created?.keyFile).toBe(own.keyFile);
    expect((await open({ ...elsewhere(), passphrase: PASSPHRASE })).keyring.state()).toBe('ready');
    for (const name of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) expect(await readFile(join(name.parentPath, name.name), 'utf8')).not.toContain(PASSPHRASE);
    }
  });

  test('a short passphrase is refused before anything is stored', async () => {
    await expect(open({ passphrase: 'short' })).rejects.toMatchObject({ code: 'validation-failed' });
    expect(await findKek(db)).toBeNull();
  });

  test('where the key can’t be kept, the console does not start, and no key is made', async () => {
    const folder = join(dataDir, 'a file, not a folder');
    await writeFile(folder, '');
    await expect(open({ keyFile: join(folder, 'key.json') })).rejects.toMatchObject({
      code: 'unavailable',
      message: /CONSOLE_KEY_FILE/,
    });
    expect(await findKek(db)).toBeNull();
  });

  test('lock zeroes the key, unlock reads it again', async () => {
    const { keyring } = await open();
    const kek = keyring.kek();
    const copy = kek.slice();
    keyring.lock();
    expect(keyring.state()).toBe('locked');
    expect(kek).toEqual(new Uint8Array(32));
    expect(() => keyring.kek()).toThrow(/locked/);
    await keyring.unlock();
    expect(keyring.kek()).toEqual(copy);
  });

  test.each([
    ['open to others', (path: string) => chmod(path, 0o640), /other users/],
    ['damaged', (path: string) => writeFile(path, '{"key":"AAAA'), /damaged/],
    ['missing', (path: string) => rm(path), /not enrolled/],
  ])('a key file that is %s is not used, and says why', async (_, spoil, sentence) => {
    await spoil((await open({ passphrase: PASSPHRASE })).keyring.where);
    const { keyring } = await open();
    expect(keyring.state()).toBe('not-enrolled');
    expect(() => keyring.kek()).toThrow(sentence);
    await keyring.enrol(PASSPHRASE);
    expect((await open()).keyring.state()).toBe('ready');
  });

  test('the key of another database is kept aside, not used', async () => {
    await open();
    await forget();
    await open(elsewhere());
    const { keyring } = await open();
    expect(keyring.state()).toBe('not-enrolled');
    expect(keyring.problem()).toMatch(/not the one in use/);
    await forget();
    expect((await open()).keyring.state()).toBe('ready');
    expect((await readdir(join(dataDir, 'keys'))).filter((name) => name.endsWith('.old')).length).toBe(1);
  });

  test('two consoles at once end with one key', async () => {
    const passphrase = PASSPHRASE;
    const both = await Promise.all([open({ passphrase }), open({ passphrase, ...elsewhere() })]);
    expect(both[0].keyring.kek()).toEqual(both[1].keyring.kek());
    expect(both.filter((opened) => opened.created !== null).length).toBe(1);
  });

  test('data keys open on an enrolled console only', async () => {
    const { keyring } = await open();
    const made = await createDataKey(db, keyring, { randomBytes, now });
    expect((await openDataKeys(db, keyring, [made.id, made.id])).get(made.id)).toEqual(made.key);
    await expect(openDataKeys(db, keyring, [made.id + 1])).rejects.toMatchObject({ code: 'corrupt-data' });
    keyring.lock();
    await expect(openDataKeys(db, keyring, [made.id])).rejects.toMatchObject({ code: 'key-locked' });
  });
});

test('a changed row is corrupt data, not a wrong key', async () => {
  const kek = randomBytes(32);
  const wrapped = await wrapKek(kek, 3, PASSPHRASE, randomBytes, cost);
  expect(Buffer.from(await unwrapKek(wrapped, 3, PASSPHRASE))).toEqual(kek);
  await expect(unwrapKek(wrapped, 4, PASSPHRASE)).rejects.toMatchObject({ code: 'corrupt-data' });
  const other = await wrapKek(randomBytes(32), 3, PASSPHRASE, randomBytes, cost);
  const swapped = { ...wrapped, checkValue: other.checkValue };
  await expect(unwrapKek(swapped, 3, PASSPHRASE)).rejects.toMatchObject({ code: 'corrupt-data' });
  wrapped.wrappedKey[20]! ^= 1;
  await expect(unwrapKek(wrapped, 3, PASSPHRASE)).rejects.toMatchObject({ code: 'corrupt-data' });
});

// The second implementation came with Node 24.7, on OpenSSL 3.2.
test.skipIf(typeof argon2Sync !== 'function')('derives as another argon2id does', async () => {
  const { kdf } = await wrapKek(randomBytes(32), 1, PASSPHRASE, randomBytes, cost);
  const nonce = Buffer.from(kdf.salt, 'base64');
  const raw = argon2Sync('argon2id', {
    message: PASSPHRASE,
    nonce,
    parallelism: cost.parallelism,
    tagLength: 48,
    memory: cost.memoryKiB,
    passes: cost.iterations,
  });
  expect(raw.subarray(32).toString('base64')).toBe(kdf.verifier);
});

test('generated passphrases are read back as typed', () => {
  const passphrase = generatePassphrase(randomBytes);
  expect(passphrase).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){6}$/);
  const typed = passphrase.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('-', '');
  expect(normalisePassphrase(typed)).toBe(passphrase);
  expect(normalisePassphrase('  Correct horse  battery ')).toBe('Correct horse  battery');
});
