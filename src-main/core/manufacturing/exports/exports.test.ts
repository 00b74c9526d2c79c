import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import sql from 'sql-template-tag';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportProfile, plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import { serialNumberOf } from '../../../../src-shared/domain/serial-number.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const hasSlash = (hashed: string) => hashed.slice(0, 7).includes('/');

describe.each(testEngines())('manufacturer exports on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  let batchId: number;
  let keys: { id: number; adv: Buffer; hashed: string; mac: string }[];
  beforeAll(async () => {
    app = await testConsole(await create());
    as = await app.signIn('operations');
    const { body } = await app.send('POST', '/key-batches', { as, body: { count: 400, label: 'Größe "A"/1' } });
    await app.jobEnd(body.id, as);
    batchId = body.resource.id;
    const { rows } = await app.parts.db.query<(typeof keys)[0]>(sql`
      select id, advertisement_key as adv, encode(hashed_advertisement_key, 'base64') as hashed,
        upper(broadcast_address::text) as mac from trackers where key_batch_id = ${batchId} order by id`);
    keys = rows;
  });
  afterAll(() => app?.close());

  let names = 0;
  const manufacturer = async (change: Partial<ExportProfile>, format: ExportProfile['format'] = 'csv') => {
    const profile = { ...plainProfile(format), ...change };
    const { status, body } = await app.send('POST', '/manufacturers', {
      as,
      body: { name: `Factory ${++names}`, contact: 'mail@factory.example', profile },
    });
    expect([status, body.detail]).toEqual([201, undefined]);
    return body.id as number;
  };
  const order = async (body: Record<string, unknown>, batch = batchId) => {
    const answer = await app.send('POST', `/key-batches/${batch}/manufacturer-exports`, { as, body });
    expect([answer.status, answer.body.detail]).toEqual([202, undefined]);
    return app.jobEnd(answer.body.id, as);
  };
  const fileOf = async (exportId: unknown) => {
    const answer = await app.raw('GET', `/manufacturer-exports/${exportId}/file`, { as });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const exported = async (body: Record<string, unknown>) => {
    const job = await order(body);
    expect(job).toMatchObject({ state: 'succeeded' });
    const file = await fileOf(job.result!.manufacturerExportId);
    expect(sha256(file.bytes)).toBe(job.result!.sha256);
    expect(file.headers.get('x-content-sha256')).toBe(job.result!.sha256);
    return { ...file, result: job.result! };
  };

  it('writes columns, names, encoding, delimiter, line ends, BOM and serial numbers as the profile says', async () => {
    const id = await manufacturer({
      columns: [
        { field: 'position', name: 'No.' },
        { field: 'serialNumber', name: 'S;N' },
        { field: 'broadcastAddress', name: 'MAC' },
        { field: 'advertisementKey', name: 'Key' },
      ],
      keyEncoding: 'hex-upper',
      delimiter: 'semicolon',
      lineEnd: 'lf',
      byteOrderMark: true,
      serialPrefix: 'GL',
    });
    const { bytes, headers } = await exported({ manufacturerId: id });
    expect(headers.get('content-disposition')).toMatch(/key-order-\d+-Gr_+e-A-1\.csv/);
    const lines = bytes.toString().split('\n');
    expect(lines[0]).toBe('\ufeffNo.;"S;N";MAC;Key');
    expect(lines.slice(1, -1)).toEqual(
      keys.map(
        ({ id: trackerId, adv, mac }, i) =>
          `${i + 1};${serialNumberOf('GL', trackerId)};${mac};${adv.toString('hex').toUpperCase()}`,
      ),
    );
  });

  it.each(['base64', 'base64url', 'hex'] as const)(
    'writes %s keys in JSON, by the names of the columns',
    async (keyEncoding) => {
      const columns: ExportProfile['columns'] = [
        { field: 'hashedAdvertisementKey', name: 'hash' },
        { field: 'advertisementKey', name: 'public' },
      ];
      const { bytes } = await exported({ manufacturerId: await manufacturer({ columns, keyEncoding }, 'json') });
      const list = JSON.parse(bytes.toString());
      expect(list).toEqual(
        keys.map(({ adv, hashed }) => ({
          hash: Buffer.from(hashed, 'base64').toString(keyEncoding),
          public: adv.toString(keyEncoding),
        })),
      );
    },
  );

  const filesIn = async (bytes: Buffer) => {
    const files: [string, Buffer][] = [];
    const archive = extract();
    Readable.from([bytes]).pipe(archive as unknown as NodeJS.WritableStream);
    for await (const entry of archive) {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      files.push([entry.header.name, Buffer.concat(parts)]);
    }
    return files;
  };

  it('packs key files with several keys, numbered names, and a last one that is shorter', async () => {
    const profile = { keysPerFile: 7, fileNames: 'number', filePrefix: 'GL_' } as const;
    const { bytes } = await exported({ manufacturerId: await manufacturer(profile, 'keyfile') });
    const files = await filesIn(bytes);
    expect(files.map(([name]) => name).slice(0, 2)).toEqual(['GL_000001_keyfile', 'GL_000002_keyfile']);
    expect(files).toHaveLength(Math.ceil(400 / 7));
    expect(files.map(([, content]) => content[0]).slice(-2)).toEqual([7, 1]);
    expect(Buffer.concat(files.map(([, content]) => content.subarray(1)))).toEqual(
      Buffer.concat(keys.map((k) => k.adv)),
    );
  });

  it('packs ESP32 images beside key files, under the short names of macless-haystack', async () => {
    const profile = { esp32Images: true, fileNames: 'haystack' } as const;
    const { bytes } = await exported({ manufacturerId: await manufacturer(profile, 'keyfile') });
    const files = await filesIn(bytes);
    expect(files).toHaveLength(800);
    expect(new Set(files.map(([name]) => name)).size).toBe(800);
    for (const [name] of files) expect(name).toMatch(/^[A-Z0-9]{6}_(keyfile|esp32\.bin)$/);
    expect(files[1]![1]).toEqual(keys[0]!.adv);
    expect(files[0]![1]).toEqual(Buffer.concat([Buffer.of(1), keys[0]!.adv]));
  });

  it('leaves out keys with a slash only when asked to, and counts them as not exported', async () => {
    const { body: job } = await app.send('POST', '/key-batches', { as, body: { count: 300, label: 'Slashes' } });
    await app.jobEnd(job.id, as);
    const batch = job.resource.id;
    const { rows } = await app.parts.db.query<{ hashed: string }>(sql`
      select encode(hashed_advertisement_key, 'base64') as hashed from trackers where key_batch_id = ${batch}`);
    const without = rows.filter(({ hashed }) => !hasSlash(hashed)).length;
    expect(without).toBeLessThan(300);
    const id = await manufacturer({ skipSlashes: true });
    const { result } = await order({ manufacturerId: id }, batch);
    expect(result!.keyCount).toBe(without);
    const lines = (await fileOf(result!.manufacturerExportId)).bytes.toString().trim().split('\r\n').slice(1);
    expect(lines).toHaveLength(without);
    expect(lines.some((line) => hasSlash(line.split(',')[1]!))).toBe(false);
    const counts = async () => (await app.send('GET', `/key-batches/${batch}`, { as })).body.counts;
    expect(await counts()).toMatchObject({ generated: 300, exported: without, missing: without });
    await order({}, batch);
    expect(await counts()).toMatchObject({ exported: 300, missing: 300 });
  });

  it('hands out the next keys, each once, and says when there are none left', async () => {
    const { body: job } = await app.send('POST', '/key-batches', { as, body: { count: 50, label: 'Parts' } });
    await app.jobEnd(job.id, as);
    const batch = job.resource.id;
    const id = await manufacturer({});
    const part = (count?: number) => order({ manufacturerId: id, keys: 'next', ...(count ? { count } : {}) }, batch);
    // Two at once must not take the same keys.
    const jobs = await Promise.all([part(20), part(20)]);
    jobs.push(await part());
    expect(jobs.map(({ result }) => result!.keyCount)).toEqual([20, 20, 10]);
    const linesOf = async (exportId: unknown) =>
      (await fileOf(exportId)).bytes.toString().trim().split('\r\n').slice(1);
    const parts = await Promise.all(jobs.map(({ result }) => linesOf(result!.manufacturerExportId)));
    expect(new Set(parts.flat()).size).toBe(50);
    expect(parts.flat()).toHaveLength(50);
    const none = await part(1);
    expect(none.error).toEqual({
      code: 'conflict',
      message: 'All keys of this batch have been exported. Repeat an earlier export, or export all keys.',
    });
    const { body } = await app.send('GET', `/manufacturers/${id}/key-orders`, { as });
    expect(body.items).toHaveLength(3);
    expect(body.items[0]).toMatchObject({ keyBatch: { id: batch, name: 'Parts' }, keyCount: 10, manufacturedCount: 0 });
    const all = await app.send('GET', `/manufacturers/${id}`, { as });
    expect(all.body.counts).toEqual({ keyOrders: 3, open: 3, keys: 50 });
    expect((await app.send('DELETE', `/manufacturers/${id}`, { as, version: '*' })).body.type).toBe(
      '/problems/referenced',
    );
  });

  it('repeats an export byte for byte after the profile was changed, and refuses when the keys are not the same', async () => {
    const id = await manufacturer({ delimiter: 'tab' });
    const first = await exported({ manufacturerId: id });
    const changed = { profile: { ...plainProfile('json'), keyEncoding: 'hex' } };
    expect((await app.send('PATCH', `/manufacturers/${id}`, { as, version: '*', body: changed })).status).toBe(200);
    const again = await fileOf(first.result.manufacturerExportId);
    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect((await exported({ manufacturerId: id })).bytes.toString()).toMatch(
      /^\[\n\{"advertisementKey":"[0-9a-f]{56}"/,
    );

    await app.parts.db.query(sql`
      update manufacturer_exports set sha256 = sha256('') where id = ${first.result.manufacturerExportId as number}`);
    const refused = await app.send('GET', `/manufacturer-exports/${first.result.manufacturerExportId}/file`, { as });
    expect([refused.status, refused.body.type]).toEqual([500, '/problems/corrupt-data']);
    expect((await app.send('GET', '/manufacturer-exports/999999/file', { as })).status).toBe(404);
  });

  it('makes one export however often its job starts', async () => {
    const id = await manufacturer({});
    const job = await order({ manufacturerId: id });
    await app.parts.db.query(sql`
      update jobs set state = 'queued', result = null, finished_at = null where id = ${job.id}`);
    app.parts.events.publish({ type: 'job', job: { ...job, state: 'queued' } });
    const again = await app.jobEnd(job.id, as);
    expect(again.result).toEqual(job.result);
    expect((await app.send('GET', `/manufacturers/${id}/key-orders`, { as })).body.items).toHaveLength(1);
  });

  it('shows the beginning of a file without recording anything', async () => {
    const before = await app.send('GET', `/key-batches/${batchId}/export-records`, { as });
    const preview = (profile: ExportProfile, keyBatchId: number | null) =>
      app.send('POST', '/manufacturer-export-previews', { as, body: { profile, keyBatchId } });
    const csv = await preview(plainProfile('csv'), batchId);
    expect(csv.body.example).toBe(false);
    expect(csv.body.lines).toHaveLength(6);
    expect(csv.body.lines[1]).toBe(`${keys[0]!.adv.toString('base64')},${keys[0]!.hashed},${keys[0]!.mac}`);
    const files = await preview({ ...plainProfile('keyfile'), keysPerFile: 2 }, null);
    expect(files.body).toMatchObject({ example: true, lines: [] });
    expect(files.body.files).toHaveLength(5);
    expect(files.body.files[0]).toMatchObject({ size: 57 });
    expect(files.body.files[0].hex).toMatch(/^02[0-9a-f]{78}$/);
    const after = await app.send('GET', `/key-batches/${batchId}/export-records`, { as });
    expect(after.body.items.length).toBe(before.body.items.length);
  });

  it.each<[string, Partial<ExportProfile>, string, string]>([
    ['no key', { columns: [{ field: 'position', name: 'No' }] }, 'columns', 'Keep the advertisement key'],
    [
      'two columns of one name',
      {
        columns: [
          { field: 'advertisementKey', name: 'a' },
          { field: 'position', name: 'A' },
        ],
      },
      'columns',
      'a name of its own',
    ],
    [
      'a serial number without prefix',
      {
        columns: [
          { field: 'advertisementKey', name: 'a' },
          { field: 'serialNumber', name: 'b' },
        ],
      },
      'serialPrefix',
      'Give a prefix',
    ],
    [
      'a formula as a name',
      { columns: [{ field: 'advertisementKey', name: '=cmd()' }] },
      'columns.0.name',
      'formula in a spreadsheet',
    ],
    ['too many keys a file', { format: 'keyfile', keysPerFile: 21 }, 'keysPerFile', 'Use at most 20.'],
    [
      'ESP32 images of several keys',
      { format: 'keyfile', keysPerFile: 2, esp32Images: true },
      'keysPerFile',
      'holds one key',
    ],
    ['a prefix that leaves the folder', { format: 'keyfile', filePrefix: '../x' }, 'filePrefix', 'letters, digits'],
  ])('refuses a profile with %s', async (_what, change, path, sentence) => {
    const body = { name: 'Wrong', profile: { ...plainProfile('csv'), ...change } };
    const answer = await app.send('POST', '/manufacturers', { as, body });
    expect(answer.status).toBe(422);
    expect(answer.body.fields[0].path).toBe(`profile.${path}`);
    expect(answer.body.fields[0].message).toContain(sentence);
  });

  it('may say where the codes on its devices have the address, by an identifier that there is', async () => {
    const id = await manufacturer({});
    const change = (macIdentifier: string) =>
      app.send('PATCH', `/manufacturers/${id}`, { as, body: { macIdentifier } });
    expect((await app.send('GET', `/manufacturers/${id}`, { as })).body.macIdentifier).toBe('21');
    expect((await change(' 8003 ')).body.macIdentifier).toBe('8003');
    expect((await change('05')).body.fields[0].message).toContain('Give an identifier of GS1');
  });

  it('is refused for an archived manufacturer, one that is not there, and to who may only look', async () => {
    const id = await manufacturer({});
    expect(
      (await app.send('PATCH', `/manufacturers/${id}`, { as, body: { archived: true } })).body.archivedAt,
    ).toBeTruthy();
    const path = `/key-batches/${batchId}/manufacturer-exports`;
    for (const manufacturerId of [id, 999_999]) {
      const refused = await app.send('POST', path, { as, body: { manufacturerId } });
      expect([refused.status, refused.body.fields[0].path]).toEqual([422, 'manufacturerId']);
    }
    const count = await app.send('POST', path, { as, body: { keys: 'all', count: 5 } });
    expect(count.body.fields[0].path).toBe('count');
    expect((await app.send('POST', path, { as: await app.signIn('reviewer'), body: {} })).status).toBe(403);
    expect((await app.send('DELETE', `/manufacturers/${id}`, { as, version: '*' })).status).toBe(204);
  });

  it('calls devices missing only after the day that the manufacturer promised', async () => {
    const made = await app.send('POST', '/key-batches', { as, body: { count: 5, label: 'Promised' } });
    await app.jobEnd(made.body.id, as);
    const batch = made.body.resource.id as number;
    const counts = async () => {
      const { missing, overdue } = (await app.send('GET', `/key-batches/${batch}`, { as })).body.counts;
      return { missing, overdue };
    };
    const day = (days: number) => new Date(app.clock.now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
    const first = await order({ keys: 'next', count: 2, dueDate: day(0) }, batch);
    expect(await counts()).toEqual({ missing: 2, overdue: 0 });
    await order({ keys: 'next' }, batch);
    const setDue = (dueDate: string | null) =>
      app.send('POST', `/manufacturer-exports/${first.result!.manufacturerExportId}/due-date`, {
        as,
        body: { dueDate },
      });
    expect((await setDue(day(-1))).body.dueDate).toBe(day(-1));
    // The others have no day.
    expect(await counts()).toEqual({ missing: 5, overdue: 2 });
    // Promised again for later, with all the others.
    await order({ dueDate: day(7) }, batch);
    expect(await counts()).toEqual({ missing: 5, overdue: 0 });
    const { body } = await app.send('GET', `/key-batches/${batch}/export-records`, { as });
    expect(body.items.map(({ dueDate }: { dueDate: string | null }) => dueDate)).toEqual([day(7), null, day(-1)]);
  });
});
