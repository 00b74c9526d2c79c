import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poolSize } from '../platform/db/connection.ts';
import { parseOptions } from './options.ts';

describe('secrets of the environment', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-'));
    file = join(folder, 'secret');
    await writeFile(file, 'from a file, with spaces \r\nand a second line\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const parse = (env: Record<string, string | undefined>) => parseOptions([], folder, env);

  it.each([
    ['CONSOLE_ADMIN_PASSWORD', 'adminPassword'],
    ['CONSOLE_PASSPHRASE', 'passphrase'],
  ] as const)('%s is taken once, as itself or from a file', (name, option) => {
    const env: Record<string, string | undefined> = { [name]: 'a secret of mine', OTHER: 'stays' };
    expect(parse(env)[option]).toBe('a secret of mine');
    expect(JSON.stringify(env)).toBe('{"OTHER":"stays"}');
    expect(parse(env)[option]).toBeNull();
    expect(parse({ [`${name}_FILE`]: file })[option]).toBe('from a file, with spaces ');
    expect(parse({ [name]: '', [`${name}_FILE`]: file })[option]).toBe('from a file, with spaces ');
  });

  it('takes as many connections as the parts of a console can share', () => {
    expect([parse({}).databaseConnections, parse({ DATABASE_CONNECTIONS: '8' }).databaseConnections]).toEqual([20, 8]);
    for (const wrong of ['7', '8.5', 'many', '201'])
      expect(() => parse({ DATABASE_CONNECTIONS: wrong })).toThrow(/must be a whole number from 8 to 200\.$/);
    const sizes = (connections: number) =>
      (['core', 'fetcher', 'status-engine'] as const).map((part) =>
        poolSize({ engine: 'postgresql', url: '', connections }, part),
      );
    // One more is the link's.
    expect([8, 20, 200].map(sizes)).toEqual([
      [3, 2, 2],
      [12, 5, 2],
      [132, 65, 2],
    ]);
  });

  it('says what is wrong without the secret in it', () => {
    const both = { CONSOLE_PASSPHRASE: 'a secret of mine', CONSOLE_PASSPHRASE_FILE: file };
    expect(() => parse(both)).toThrow(/^Give CONSOLE_PASSPHRASE or CONSOLE_PASSPHRASE_FILE, not both\.$/);
    expect(() => parse({ CONSOLE_ADMIN_PASSWORD_FILE: join(folder, 'none') })).toThrow(
      'The file of CONSOLE_ADMIN_PASSWORD_FILE can’t be read. Check the path and its permissions.',
    );
  });
});
