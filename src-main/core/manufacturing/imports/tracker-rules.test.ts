import { randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import writeWorkbook from 'write-excel-file/node';
import { hashAdvertisementKey } from '../../keys/hashed-key.ts';
import { nobleEngine, randomScalars } from '../../keys/p224/p224.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { importing, resultOf } from '../testing/imports.ts';

describe.each(testEngines())('imports of existing trackers on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  let runId: number;
  beforeAll(async () => {
    app = await testConsole(await create());
    as = await app.signIn('operations');
    const { rows } = await app.parts.db.query<{ id: number }>(sql`
      with c as (insert into clients (name) values ('Import client') returning id),
        b as (insert into brands (client_id, name) select id, 'Brand' from c returning id, client_id)
      insert into production_runs (brand_id, client_id, name, start_date, end_date)
      select id, client_id, 'Run', '2026-11-01', '2026-12-01' from b returning id`);
    runId = rows[0]!.id;
  });
  afterAll(() => app?.close());
  const { upload, ended } = importing(() => ({ app, as }));
  const pairs = (count: number) => {
    const scalars = randomScalars(count, randomBytes);
    const publicKeys = nobleEngine.derivePublicX(scalars);
    return Array.from({ length: count }, (_, i) => {
      const adv = Buffer.from(publicKeys.subarray(i * 28, (i + 1) * 28));
      return {
        adv: adv.toString('base64'),
        hashed: Buffer.from(hashAdvertisementKey(adv)).toString('base64'),
        secret: Buffer.from(scalars.subarray(i * 28, (i + 1) * 28)).toString('base64'),
        mac: `02:10:${randomBytes(4).toString('hex').toUpperCase().match(/../g)!.join(':')}`,
      };
    });
  };
  const header = 'advertisement_key,private_key,hashed_advertisement_key,mac_address';
  const send = (rows: readonly string[][], query = '') =>
    upload(
      `/trackers/import?productionRunId=${runId}${query}`,
      [header, ...rows.map((row) => row.join(','))].join('\n'),
    );

  it('stores what fits together, once, and keeps no private key in the open', async () => {
    const list = pairs(5);
    const rows = list.map(({ adv, secret, hashed, mac }) => [adv, secret, hashed, mac]);
    const job = await ended(await send(rows));
    expect(resultOf(job)).toMatchObject({ rows: 5, accepted: 5, stored: 5 });
    expect(resultOf(await ended(await send(rows)))).toMatchObject({ alreadyImported: 5, stored: 0 });
    const { rows: stored } = await app.parts.db.query<{ run: number; client: number | null }>(sql`
      select production_run_id as run, client_id as client from trackers where encode(advertisement_key, 'base64') = any(${list.map(({ adv }) => adv)})`);
    expect(stored).toHaveLength(5);
    expect(stored[0]!.run).toBe(runId);
    expect(stored[0]!.client).not.toBeNull();

    // What the goods are belongs to the period that begins with the import.
    const [named, swapped] = pairs(2) as [(typeof list)[0], (typeof list)[0]];
    const goods = await ended(
      await upload(
        `/trackers/import?productionRunId=${runId}&mode=good-rows`,
        [
          'private_key,mac_address,Name,Goods reference,tags,note',
          `${named.secret},${named.mac},Pallet 7,A-17,"Cold; fragile, cold",`,
          `${swapped.secret},${swapped.mac},${pairs(1)[0]!.secret},A-18,,`,
        ].join('\n'),
      ),
    );
    expect(resultOf(goods)).toMatchObject({ stored: 1 });
    expect(resultOf(goods).problems).toMatchObject([{ code: 'looks-like-a-key', value: null }]);
    const { body: found } = await app.send('GET', '/trackers?search=a-17', { as });
    const words = { name: 'Pallet 7', goodsReference: 'A-17', tags: ['cold', 'fragile'], note: null };
    expect(found.items).toMatchObject([{ macAddress: named.mac, runPeriod: words }]);

    const [x, y, z] = pairs(3) as [(typeof list)[0], (typeof list)[0], (typeof list)[0]];
    const bad = await ended(
      await send([
        [y.adv, x.secret, '', x.mac],
        ['', y.secret, z.hashed, y.mac],
        ['', Buffer.alloc(28).toString('base64'), '', ''],
        ['', z.secret, '', list[0]!.mac],
        ['', 'nonsense-secret', '', ''],
      ]),
    );
    expect(resultOf(bad).problems.map(({ row, code, value }) => [row, code, value])).toEqual([
      [2, 'key-mismatch', null],
      [3, 'key-mismatch', z.hashed],
      [4, 'invalid-key', null],
      [5, 'mac-in-use', list[0]!.mac],
      [6, 'malformed-key', null],
    ]);
    const file = await app.send('GET', `/jobs/${bad.id}/rejected-rows`, { as });
    const { rows: dump } = await app.parts.db.query<{ text: string }>(sql`
      select (select jsonb_agg(to_jsonb(j))::text from jobs j) || (select coalesce(jsonb_agg(to_jsonb(p))::text, '') from job_problems p)
        || (select jsonb_agg(to_jsonb(a))::text from audit_entries a) as text`);
    const kept = JSON.stringify(bad) + file.body + dump[0]!.text + JSON.stringify(app.heard);
    for (const { secret } of [...list, x, y, z]) {
      expect(kept).not.toContain(secret);
      expect(kept).not.toContain(Buffer.from(secret, 'base64').toString('hex'));
    }
    expect(kept).not.toContain('nonsense-secret');
  });

  it('keeps no private key of rows that shifted, columns that were swapped, or a file without header', async () => {
    const [x, y] = pairs(2) as [ReturnType<typeof pairs>[0], ReturnType<typeof pairs>[0]];
    const hex = (key: string) => Buffer.from(key, 'base64').toString('hex');
    const post = async (text: string, query = '') =>
      ended(await upload(`/trackers/import?productionRunId=${runId}&dryRun=true${query}`, text));
    const shifted = await post(`${header},\n${x.adv},,${x.secret},${x.hashed},${x.mac}\n`);
    expect(resultOf(shifted).rejected).toBe(1);
    const swapped = await post(`${header}\n${hex(x.secret)},${hex(x.adv)},,\n${x.secret},${y.secret},,\n`);
    expect(resultOf(swapped).problems.map(({ code, value }) => [code, value])).toEqual([
      ['key-mismatch', null],
      ['key-mismatch', null],
    ]);
    const headless = await post(`${x.secret},${x.mac}\n${y.secret},${y.mac}\n`);
    expect(headless.error?.message).toBe(
      'There is no column with the private key, “private_key”. The first row must name the columns; it reads: “(hidden)”, “' +
        `${x.mac}”.`,
    );
    const files = await Promise.all(
      [shifted, swapped].map(({ id }) => app.send('GET', `/jobs/${id}/rejected-rows`, { as })),
    );
    const { rows } = await app.parts.db.query<{ text: string }>(sql`
      select coalesce(jsonb_agg(to_jsonb(p))::text, '') as text from job_problems p`);
    const kept =
      JSON.stringify([shifted, swapped, headless, app.heard]) + files.map(({ body }) => body) + rows[0]!.text;
    for (const { secret } of [x, y]) {
      expect(kept).not.toContain(secret);
      expect(kept).not.toContain(hex(secret));
    }
    const chosen = await post(`A,B\n${x.secret},${x.mac}\n`, '&columns=privateKey:1,macAddress:2');
    expect(resultOf(chosen)).toMatchObject({ accepted: 1, columns: { privateKey: 'A', macAddress: 'B' } });
  });

  it('takes a workbook and JSON as well, and refuses a key that comes twice in one file', async () => {
    const list = pairs(2);
    const cells = [header.split(','), ...list.map(({ adv, secret, hashed, mac }) => [adv, secret, hashed, mac])];
    const workbook = await writeWorkbook(cells.map((row) => row.map((value) => ({ value }))) as never).toBuffer();
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    const path = `/trackers/import?productionRunId=${runId}`;
    expect(resultOf(await ended(await upload(path, workbook, type)))).toMatchObject({ rows: 2, stored: 2 });
    const json = list.map(({ secret, mac }) => ({ privateKey: secret, mac }));
    const again = await ended(await upload(path, JSON.stringify([...json, json[0]]), 'application/json'));
    expect(resultOf(again)).toMatchObject({ alreadyImported: 2, rejected: 1 });
    expect(resultOf(again).problems[0]!.message).toBe('This key is already in row 1.');
  });

  it('keeps the file sealed while it waits', async () => {
    const [one] = pairs(1) as [ReturnType<typeof pairs>[0]];
    await app.parts.jobs.stop();
    expect((await send([[one.adv, one.secret, one.hashed, one.mac]])).status).toBe(202);
    const { rows } = await app.parts.db.query<{ content: Buffer }>(sql`select content from job_files`);
    expect(rows).toHaveLength(1);
    expect(rows[0]!.content.includes(one.secret)).toBe(false);
    app = await app.restart();
    const { body } = await app.send('GET', '/jobs?limit=1', { as });
    expect(resultOf(await app.jobEnd(body.items[0].id, as))).toMatchObject({ stored: 1 });
  });
});
