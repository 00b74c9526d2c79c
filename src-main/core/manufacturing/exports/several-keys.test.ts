import { Readable } from 'node:stream';
import sql from 'sql-template-tag';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportProfile, plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { importing, resultOf } from '../testing/imports.ts';

interface Key {
  tracker: number;
  number: number;
  key: string;
  mac: string;
}

describe.each(testEngines())('exports of devices with several keys on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  let batchId: number;
  let keys: Key[];

  const { upload, ended } = importing(() => ({ app, as }));

  const newBatch = async (count: number, keysPerDevice: number) => {
    const { body } = await app.send('POST', '/key-batches', { as, body: { count, keysPerDevice, label: 'B' } });
    expect((await app.jobEnd(body.id, as)).state).toBe('succeeded');
    return body.resource.id as number;
  };
  beforeAll(async () => {
    app = await testConsole(await create());
    as = await app.signIn('operations');
    batchId = await newBatch(5, 12);
    const { rows } = await app.parts.db.query<Key>(sql`
      select k.tracker_id as tracker, k.number, encode(k.advertisement_key, 'base64') as key,
        upper(k.broadcast_address::text) as mac
      from device_keys k join trackers t on t.id = k.tracker_id where t.key_batch_id = ${batchId} order by 1, 2`);
    keys = rows;
  });
  afterAll(() => app?.close());

  let names = 0;
  const exported = async (change: Partial<ExportProfile>, format: ExportProfile['format'], batch = batchId) => {
    const profile = { ...plainProfile(format), ...change };
    const made = await app.send('POST', '/manufacturers', { as, body: { name: `Factory ${++names}`, profile } });
    expect([made.status, made.body.detail]).toEqual([201, undefined]);
    const body = { manufacturerId: made.body.id };
    const answer = await app.send('POST', `/key-batches/${batch}/manufacturer-exports`, { as, body });
    if (answer.status !== 202) return { refused: answer.body.detail as string };
    const job = await app.jobEnd(answer.body.id, as);
    const file = await app.raw('GET', `/manufacturer-exports/${job.result!.manufacturerExportId}/file`, { as });
    expect([file.status, file.headers.get('x-content-sha256')]).toEqual([200, job.result!.sha256]);
    return { bytes: Buffer.from(await file.arrayBuffer()), keyCount: job.result!.keyCount };
  };

  it('makes as many keys as asked for, and counts devices', async () => {
    expect(keys.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, i) => (i % 12) + 1));
    const { body } = await app.send('GET', `/key-batches/${batchId}`, { as });
    expect(body).toMatchObject({ keysPerDevice: 12, counts: { requested: 5, generated: 5 } });
  });

  it.each([
    [{ count: 1, keysPerDevice: 251 }, 'keysPerDevice', 'at most 250 keys'],
    [{ count: 4001, keysPerDevice: 250 }, 'count', '1,000,250'],
  ])('refuses a batch that is too large', async (change, field, words) => {
    const { status, body } = await app.send('POST', '/key-batches', { as, body: { label: 'x', ...change } });
    expect(status).toBe(422);
    for (const part of [field, words]) expect(JSON.stringify(body)).toContain(part);
  });

  it('writes a row for each key, and says which are one device', async () => {
    const answer = await app.raw('GET', `/key-batches/${batchId}/exports?format=csv`, { as });
    const lines = (await answer.text()).trimEnd().split('\r\n');
    expect(lines[0]).toBe('advertisement_key,hashed_advertisement_key,broadcast_address,device,key_number');
    expect(lines.slice(1).map((line) => line.split(',').filter((_, i) => i !== 1))).toEqual(
      keys.map(({ key, mac, number }, i) => [key, mac, String(Math.floor(i / 12) + 1), String(number)]),
    );
  });

  it('writes a row for each device, as the profile says, in CSV and JSON', async () => {
    const of = (tracker: number) => keys.filter((key) => key.tracker === tracker);
    const trackers = [...new Set(keys.map(({ tracker }) => tracker))];
    const csv = await exported({ rows: 'device' }, 'csv');
    expect(csv.keyCount).toBe(5);
    const lines = csv.bytes!.toString().trimEnd().split('\r\n').slice(1);
    expect(lines.map((line) => line.split(',')[0])).toEqual(
      trackers.map((id) =>
        of(id)
          .map(({ key }) => key)
          .join(' '),
      ),
    );
    const json = JSON.parse((await exported({ rows: 'device' }, 'json')).bytes!.toString());
    expect(json.map((row: { broadcastAddress: string[] }) => row.broadcastAddress)).toEqual(
      trackers.map((id) => of(id).map(({ mac }) => mac)),
    );
  });

  it('writes a key file a device: the count, then all its keys', async () => {
    const { bytes } = await exported({}, 'keyfile');
    const files: Buffer[] = [];
    const archive = Readable.from([bytes!]).pipe(extract());
    for await (const entry of archive) {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      files.push(Buffer.concat(parts));
    }
    expect(files).toHaveLength(5);
    for (const [i, file] of files.entries()) {
      const own = keys.slice(i * 12, (i + 1) * 12).map(({ key }) => Buffer.from(key, 'base64'));
      expect(file.equals(Buffer.concat([Buffer.of(12), ...own]))).toBe(true);
    }
  });

  it('refuses what can’t hold all keys of a device, and never cuts', async () => {
    const large = await newBatch(1, 21);
    expect(await exported({}, 'keyfile', large)).toEqual({ refused: expect.stringContaining('holds 20 keys') });
    expect(await exported({ keysPerFile: 10 }, 'keyfile')).toEqual({ refused: expect.stringContaining('have 12') });
    expect(await exported({ esp32Images: true }, 'keyfile')).toEqual({ refused: expect.stringContaining('one key') });
    const plain = await app.send('GET', `/key-batches/${large}/exports?format=keyfile`, { as });
    expect([plain.status, plain.body.detail]).toEqual([409, expect.stringContaining('have 21')]);
  });

  it('takes devices back by a row for each key or for each device, and names what is mixed up', async () => {
    const back = async (rows: string[][], query = '') => {
      const text = [['mac', 'advertisement_key'], ...rows].map((row) => row.join(',')).join('\n');
      return resultOf(
        await ended(await upload(`/key-batches/${batchId}/manufactured-devices?checkAddress=true${query}`, text)),
      );
    };
    const device = (n: number) => keys.slice(n * 12, (n + 1) * 12);
    const all = (n: number) =>
      device(n)
        .map(({ key }) => key)
        .join(' ');
    const mac = (n: number, k = 0) => device(n)[k]!.mac;
    // By each key with its own address; by each key with the device's; by each device.
    expect(await back(device(0).map((key) => [key.mac, key.key]))).toMatchObject({ stored: 1, alreadyImported: 11 });
    expect(await back(device(1).map((key) => [mac(1), key.key]))).toMatchObject({ stored: 1, alreadyImported: 11 });
    expect(await back([[mac(2, 4), all(2)]])).toMatchObject({ stored: 1 });
    const wrong = await back(
      [
        [mac(3), `${all(3)} ${device(4)[0]!.key}`],
        [mac(4).split(':').reverse().join(':'), device(4)[1]!.key],
        [mac(4), device(4)[2]!.key],
      ],
      '&dryRun=true',
    );
    expect(wrong.problems.map(({ row, code }) => [row, code])).toEqual([
      [2, 'mixed-keys'],
      [3, 'reversed-mac'],
    ]);
    // The profile of the newest key order of these devices says whose address the label has.
    await exported({ labelKey: 'last' }, 'csv');
    const labelled = await back(
      [
        [mac(3), all(3)],
        [mac(4, 11), all(4)],
      ],
      '&dryRun=true',
    );
    expect(labelled).toMatchObject({ accepted: 1, rejected: 1 });
    expect(labelled.problems).toMatchObject([
      {
        row: 2,
        code: 'other-key',
        message: `This is the address of key 1 of the 12 of this device. By the manufacturer’s profile the label has that of the last key, ${mac(3, 11)}.`,
      },
    ]);
    await exported({ labelKey: 'first' }, 'csv');
    expect((await back([[mac(4, 11), all(4)]], '&dryRun=true')).problems).toMatchObject([{ code: 'other-key' }]);
    expect(await back([[mac(4), all(4)]], '&dryRun=true')).toMatchObject({ accepted: 1 });
    const { rows } = await app.parts.db.query<{ mac: string }>(sql`
      select upper(mac_address::text) as mac from trackers where key_batch_id = ${batchId} order by id limit 3`);
    expect(rows.map((row) => row.mac)).toEqual([mac(0), mac(1), mac(2, 4)]);
  });
});
