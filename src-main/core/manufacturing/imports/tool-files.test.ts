import { createECDH, randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trackerImportFields } from '../../../../src-shared/contract/device-imports.ts';
import { privateKeyFormats } from '../../../../src-shared/contract/private-key-exports.ts';
import { bluetoothAddressOf } from '../../../../src-shared/domain/find-my/keys.ts';
import { reverseMac } from '../../../../src-shared/domain/mac-address.ts';
import { hashedAdvertisementKey } from '../../keys/hashed-key.ts';
import { insertRun } from '../../testing/company.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { importing, resultOf } from '../testing/imports.ts';
import { openImportFile } from './import-file.ts';
import type { KeyBlocks } from './keys-file.ts';

const newPair = () => {
  const ecdh = createECDH('secp224r1');
  ecdh.generateKeys();
  const point = ecdh.getPublicKey();
  const x = point.subarray(1, 29);
  // OpenSSL strips leading zeros.
  const scalar = Buffer.concat([Buffer.alloc(28), ecdh.getPrivateKey()]).subarray(-28);
  return {
    base64: scalar.toString('base64'),
    adv: x.toString('base64'),
    hex: scalar.toString('hex'),
    long: Buffer.concat([point, scalar]).toString('base64'),
    block: `Private key: ${scalar.toString('base64')}\nAdvertisement key: ${x.toString('base64')}\nHashed adv key: ${hashedAdvertisementKey(x)}\n`,
    hash: hashedAdvertisementKey(x),
    mac: bluetoothAddressOf(x),
  };
};
const pairs = (count: number) => Array.from({ length: count }, newPair);

describe('files of other tools, as they are read', () => {
  const keysOf = async (content: string | Buffer, keyBlocks?: KeyBlocks) => {
    const bytes = async function* () {
      const all = Buffer.from(content as string);
      const step = all.length > 10_000 ? 4096 : 37;
      for (let at = 0; at < all.length; at += step) yield all.subarray(at, at + step);
    };
    const never = () => Promise.reject(new Error('no workbook'));
    const file = await openImportFile(bytes, never, { fields: trackerImportFields, keyBlocks });
    const rows: string[][] = [];
    for await (const { cells } of file.rows())
      rows.push(JSON.parse(cells[file.header.findIndex((name) => /^private_?keys?$/i.test(name))]!));
    return rows;
  };
  const [a, b, c] = pairs(3) as [ReturnType<typeof newPair>, ReturnType<typeof newPair>, ReturnType<typeof newPair>];

  it('.keys: one block, several of one or of many trackers, divided by blank lines or as told', async () => {
    expect(await keysOf(a.block)).toEqual([[a.base64]]);
    expect(await keysOf(`\r\n${a.block}${b.block}\n\n${c.block}`.replaceAll('\n', '\r\n'))).toEqual([
      [a.base64, b.base64],
      [c.base64],
    ]);
    expect(await keysOf(a.block + b.block, 'device')).toEqual([[a.base64, b.base64]]);
    expect(await keysOf(a.block + b.block, 'devices')).toEqual([[a.base64], [b.base64]]);
    await expect(keysOf(a.block + b.block)).rejects.toThrow('whether they are of one tracker or of 2');
    await expect(keysOf(`${a.block}Surprise: x\n`, 'device')).rejects.toThrow('Line 4 is not a line of a .keys file');
  });

  it('FindMy.py: one key pair, one accessory, and an array of both', async () => {
    const keypair = { type: 'keypair', private_key: a.base64, key_type: 0, name: 'x' };
    const rolling = { type: 'custom_rolling_key_accessory', private_keys: [b.hex, c.hex], name: 'y', identifier: '1' };
    expect(await keysOf(JSON.stringify(keypair, null, 2))).toEqual([[a.base64]]);
    expect(await keysOf(JSON.stringify(rolling))).toEqual([[b.hex, c.hex]]);
    expect(await keysOf(JSON.stringify([keypair, rolling]))).toEqual([[a.base64], [b.hex, c.hex]]);
  });

  it('an archive with a file for each, and refuses one that holds something else or is cut off', async () => {
    const keypair = (key: string) => JSON.stringify({ type: 'keypair', private_key: key, key_type: 0, name: 'x' });
    const tar = async (files: Record<string, string>) => {
      const archive = pack();
      archive.entry({ name: 'devices', type: 'directory' });
      for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
      archive.finalize();
      const parts: Buffer[] = [];
      for await (const part of archive) parts.push(part as Buffer);
      return Buffer.concat(parts);
    };
    const good = await tar({ 'a.json': keypair(a.base64), 'b.json': `[${keypair(b.base64)}]` });
    expect(await keysOf(good)).toEqual([[a.base64], [b.base64]]);
    expect(await keysOf(await tar({ 'c.keys': c.block }))).toEqual([[c.base64]]);
    await expect(keysOf(await tar({ 'a.json': keypair(a.base64), 'read me.txt': 'Hello' }))).rejects.toThrow(
      'File 2 of the archive, “read me.txt”, is neither JSON nor a .keys file.',
    );
    await expect(keysOf(good.subarray(0, 1400))).rejects.toThrow('incomplete');
    await expect(keysOf(await tar({ 'a.json': `${keypair(a.base64)}${' '.repeat(1_100_000)}` }))).rejects.toThrow(
      '1 MB',
    );
  });

  it('refuses what is cut off, with a sentence', async () => {
    await expect(keysOf('{"privateKey": "x"')).rejects.toThrow('incomplete');
    await expect(keysOf('{"privateKeys": ["x"]} {}')).rejects.toThrow('Send [{"privateKey"');
    await expect(keysOf('<plist><array><dict><key>privateKey</key>')).rejects.toThrow('property list');
  });
});

describe.each(testEngines())('imports of files of other tools on $name', ({ create }) => {
  const password = 'a password of ada';
  let app: TestConsole;
  let as: string;
  let runId: number;
  let batches: number[];
  beforeAll(async () => {
    app = await testConsole(await create());
    const { headers } = await app.send('POST', '/setup', { body: { username: 'ada', displayName: 'Ada', password } });
    as = /console_session\w*=([^;]*)/.exec(headers.get('set-cookie') ?? '')![1]!;
    ({ runId } = await insertRun(app.parts.db, 'Run', '2026-11-01', '2026-12-01'));
    batches = [];
    for (const keysPerDevice of [3, 1]) {
      const { body } = await app.send('POST', '/key-batches', { as, body: { count: 2, keysPerDevice, label: 'B' } });
      await app.jobEnd(body.id, as);
      batches.push(body.resource.id);
    }
  });
  afterAll(() => app?.close());
  const { upload, ended } = importing(() => ({ app, as }));
  const send = async (content: string | Buffer, query = '') =>
    resultOf(await ended(await upload(`/trackers/import?productionRunId=${runId}${query}`, content)));

  /** Hashed keys of each tracker, in order. */
  const stored = async (): Promise<string[][]> => {
    const { rows } = await app.parts.db.query<{ keys: string[] }>(sql`
      select array_agg(encode(hashed_advertisement_key, 'base64') order by number) as keys
      from device_keys group by tracker_id order by tracker_id`);
    return rows.map(({ keys }) => keys);
  };
  const exported = async (format: string, keyBatchId: number): Promise<string | Buffer> => {
    const body = {
      password,
      format,
      scope: { kind: 'key-batch', keyBatchId },
      encryption: { kind: 'none', understood: true },
    };
    const { status, body: ticket } = await app.send('POST', '/private-key-exports', { as, body });
    if (status >= 400) throw new Error(JSON.stringify(ticket));
    const file = await app.raw('GET', `/protected-downloads/${ticket.ticket}`, { as });
    const bytes = Buffer.from(await file.arrayBuffer());
    // An archive with a file for each device is sent as it is.
    return format === 'findmy-keypair' ? bytes : bytes.toString();
  };

  const holdingAll = privateKeyFormats.filter((format) => !format.startsWith('openhaystack'));
  it.each(holdingAll)('reads every export of private keys back to the same keys: %s', async (format) => {
    const before = await stored();
    expect(before.map((keys) => keys.length)).toEqual([3, 3, 1, 1]);
    const [several, single] = [await exported(format, batches[0]!), await exported(format, batches[1]!)];
    await app.parts.db.query(sql`update trackers set key_batch_id = null`);
    await app.parts.db.query(sql`delete from trackers`);
    expect(await send(several, '&dryRun=true')).toMatchObject({ accepted: 2, rejected: 0, stored: 0 });
    expect(await send(several)).toMatchObject({ stored: 2, rejected: 0 });
    expect(await send(single, '&keyBlocks=devices')).toMatchObject({ stored: 2, rejected: 0 });
    expect(await stored()).toEqual(before);
    const ids = sql`select array_agg(id order by id) as ids from trackers`;
    const [{ ids: made }] = (await app.parts.db.query<{ ids: number[] }>(ids)).rows as [{ ids: number[] }];
    // For the next format they are of the batches again.
    for (const [i, batch] of batches.entries())
      await app.parts.db.query(
        sql`update trackers set key_batch_id = ${batch} where id = any(${made.slice(i * 2, i * 2 + 2)}::bigint[])`,
      );
  });

  it.each(['openhaystack-json', 'openhaystack-plist'])(
    'reads %s back to the same keys, and refuses to write devices with several',
    async (format) => {
      const before = await stored();
      await expect(exported(format, batches[0]!)).rejects.toThrow(/holds one key a device, and these 2 have 6/);
      const single = await exported(format, batches[1]!);
      const ofSingle = sql`from trackers where key_batch_id = ${batches[1]!}`;
      const { rows } = await app.parts.db.query<{ id: number }>(sql`select id ${ofSingle} order by id`);
      await app.parts.db.query(sql`delete ${ofSingle}`);
      expect(await send(single, '&keyBlocks=devices')).toMatchObject({ stored: 2, rejected: 0 });
      expect((await stored()).sort()).toEqual(before.sort());
      await app.parts.db.query(
        sql`update trackers set key_batch_id = ${batches[1]!} where id > ${rows.at(-1)!.id} and key_batch_id is null`,
      );
    },
  );

  it('takes what OpenHaystack writes: a point before the scalar', async () => {
    const [x, y] = pairs(2) as [ReturnType<typeof newPair>, ReturnType<typeof newPair>];
    const accessory = { name: 'Keys', id: 7, privateKey: x.long, symmetricKey: 'AAAA', isActive: true };
    expect(await send(JSON.stringify([accessory]))).toMatchObject({ stored: 1 });
    const swapped = Buffer.concat([Buffer.from(y.long, 'base64').subarray(0, 57), Buffer.from(x.base64, 'base64')]);
    const wrong = await send(JSON.stringify([{ ...accessory, privateKey: swapped.toString('base64') }]));
    expect(wrong.problems[0]).toMatchObject({ code: 'key-mismatch' });
  });

  it('keeps all keys, adds further ones, and takes none away', async () => {
    const [x, y, z, other] = pairs(4) as [
      ReturnType<typeof newPair>,
      ReturnType<typeof newPair>,
      ReturnType<typeof newPair>,
      ReturnType<typeof newPair>,
    ];
    const device = (...keys: { base64: string }[]) =>
      JSON.stringify({
        privateKey: keys[0]!.base64,
        isActive: true,
        additionalKeys: keys.slice(1).map((k) => k.base64),
      });
    await send(device(x, y));
    await send(device(other));
    const fewer = await send(device(x));
    expect(fewer).toMatchObject({ alreadyImported: 1, stored: 0 });
    expect(fewer.notes[0]!.message).toMatch(/has 2 keys, and this row 1 of them. None is taken away/);
    const check = await send(device(x, y, z), '&dryRun=true');
    expect(check.notes[0]!.message).toMatch(/A key is added to the 2 of tracker/);
    expect(await send(device(x, y, z))).toMatchObject({ stored: 1 });
    expect(await stored()).toContainEqual([x.hash, y.hash, z.hash]);
    const mixed = await send(device(x, other));
    expect(mixed.problems[0]).toMatchObject({ code: 'keys-of-several' });
    expect(JSON.stringify(mixed)).not.toContain(x.base64);
  });

  it('adds the private keys of public ones, shows it first, and takes none away', async () => {
    const [x, y, z] = pairs(3) as [ReturnType<typeof newPair>, ReturnType<typeof newPair>, ReturnType<typeof newPair>];
    const mac = 'C0:FF:EE:00:00:0A';
    const byHand = { productionRunId: null, advertisementKey: x.adv, macAddress: mac, reason: 'Made elsewhere' };
    const { body: made } = await app.send('POST', '/trackers', { as, body: byHand });
    expect(made).toMatchObject({ hasPrivateKey: false });
    await send(JSON.stringify({ privateKeys: [y.hex, z.hex] }));
    await app.parts.db.query(sql`update device_keys set private_key = null, data_key_id = null
      where encode(hashed_advertisement_key, 'base64') = ${z.hash}`);
    const both = JSON.stringify([{ privateKeys: [x.hex], mac }, { privateKeys: [z.base64] }]);
    const missing = async () =>
      (await app.parts.db.query(sql`select from device_keys where data_key_id is null`)).rowCount;
    const before = await stored();

    const check = await send(both, '&dryRun=true');
    expect(check).toMatchObject({ accepted: 2, rejected: 0, stored: 0 });
    expect(check.notes.map(({ row, message }) => [row, message])).toEqual([
      [1, expect.stringMatching(/gets the private key of its key, .* public key only/)],
      [1, expect.stringMatching(/is not in a production run, and an import does not change that/)],
      [2, expect.stringMatching(/has 2 keys, and this row 1 of them. None is taken away/)],
      [2, expect.stringMatching(/gets the private key of 1 of its 2 keys/)],
    ]);
    expect(await missing()).toBe(2);
    // Another label is no reason to trust the row.
    const other = await send(JSON.stringify({ privateKeys: [x.hex], mac: 'C0:FF:EE:00:00:0B' }), '&dryRun=true');
    expect(other.problems).toMatchObject([{ code: 'already-imported' }]);

    expect(await send(both)).toMatchObject({ stored: 2, rejected: 0 });
    expect([await missing(), await stored()]).toEqual([0, before]);
    expect(await send(both)).toMatchObject({ stored: 0, alreadyImported: 2 });
    // They open: the export has them.
    const { rows } = await app.parts.db.query<{ id: number }>(sql`update trackers set key_batch_id = ${batches[0]!}
      where id in (select tracker_id from device_keys
        where encode(hashed_advertisement_key, 'base64') in (${x.hash}, ${z.hash})) returning id`);
    const file = (await exported('keys', batches[0]!)).toString();
    for (const { base64 } of [x, y, z]) expect(file).toContain(`Private key: ${base64}`);
    await app.parts.db.query(
      sql`update trackers set key_batch_id = null where id = any(${rows.map(({ id }) => id)}::bigint[])`,
    );
  });

  it('puts right devices that were mixed up, in pairs and chains, where the file is a correction', async () => {
    const three = pairs(3) as [ReturnType<typeof newPair>, ReturnType<typeof newPair>, ReturnType<typeof newPair>];
    const file = (order: readonly number[]) =>
      JSON.stringify(order.map((of, i) => ({ privateKeys: [three[i]!.hex], mac: three[of]!.mac })));
    expect(await send(file([1, 2, 0]))).toMatchObject({ stored: 3 });
    const labels = async () => {
      const { rows } = await app.parts.db.query<{ key: string; mac: string }>(sql`
        select encode(hashed_advertisement_key, 'base64') as key, upper(mac_address::text) as mac from trackers`);
      return three.map(({ hash }) => rows.find(({ key }) => key === hash)!.mac);
    };
    const macs = (order: readonly number[]) => order.map((of) => three[of]!.mac);
    const truth = file([0, 1, 2]);
    expect((await send(truth)).problems.map(({ code }) => code)).toContain('mac-in-use');
    const check = await send(truth, '&dryRun=true&mixUpReason=Corrected%20list');
    expect(check).toMatchObject({ accepted: 3, rejected: 0 });
    expect(check.notes.map(({ message }) => message)).toEqual(
      three.map(({ mac }) => expect.stringContaining(`${mac} gets the keys of the tracker`)),
    );
    expect(await labels()).toEqual(macs([1, 2, 0]));
    // A chain without end, and a label of another run, change nothing.
    const open = await send(JSON.stringify({ privateKeys: [three[0].hex], mac: three[0].mac }), '&mixUpReason=Half');
    expect(open.problems).toMatchObject([{ code: 'mix-up-without-end' }]);
    const { runId: elsewhere } = await insertRun(app.parts.db, 'Elsewhere', '2026-11-01', '2026-12-01');
    const wrongRun = await ended(await upload(`/trackers/import?productionRunId=${elsewhere}&mixUpReason=Half`, truth));
    expect(resultOf(wrongRun).problems.map(({ code }) => code)).toEqual(['other-run', 'other-run', 'other-run']);
    expect(await labels()).toEqual(macs([1, 2, 0]));

    expect(await send(truth, '&mixUpReason=Corrected%20list')).toMatchObject({ stored: 3, rejected: 0 });
    expect(await labels()).toEqual(macs([0, 1, 2]));
    expect(await send(truth, '&mixUpReason=Corrected%20list')).toMatchObject({ alreadyImported: 3, stored: 0 });
  });

  it('refuses with a sentence: 251 keys, a key twice, a key in two rows, an address backwards', async () => {
    const [x, y] = pairs(2) as [ReturnType<typeof newPair>, ReturnType<typeof newPair>];
    const many = Array.from({ length: 251 }, () => randomBytes(28).toString('hex'));
    const of = async (...devices: unknown[]) =>
      (await send(JSON.stringify(devices), '&dryRun=true')).problems.map(({ row, code, message }) => [
        row,
        code,
        message,
      ]);
    expect(await of({ privateKeys: many })).toEqual([[1, 'too-many-keys', expect.stringContaining('251 keys')]]);
    expect(await of({ privateKeys: [x.hex, y.base64, x.base64] })).toEqual([
      [1, 'duplicate-key', 'Keys 1 and 3 of this row are the same.'],
    ]);
    expect(await of({ privateKeys: [x.hex] }, { privateKeys: [y.hex, x.hex] })).toEqual([
      [2, 'duplicate-key', 'One of these keys is already in row 1.'],
    ]);
    expect(await of({ privateKeys: [x.hex, y.hex], mac: reverseMac(y.mac) })).toEqual([
      [1, 'reversed-mac', `The bytes are in reverse order. The key broadcasts as ${y.mac}.`],
    ]);
  });
});
