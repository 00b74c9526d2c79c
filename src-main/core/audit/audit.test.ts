import { once } from 'node:events';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { readAnchors } from './anchors.ts';
import { sealAll } from './sealer.ts';
import { sendAnchor } from './send-anchor.ts';

interface Entry {
  id: number | null;
  sequence: number;
  at: string;
  actor: string;
  action: string;
  hash: string | null;
}

describe.each(testEngines())('audit log on $name', ({ create }) => {
  let app: TestConsole;
  let admin: string;
  let operations: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    admin = await app.signIn('admin');
    operations = await app.signIn('operations');
    for (let n = 0; n < 6; n++) {
      const { body } = await app.send('POST', '/clients', { as: operations, body: { name: `=cmd|${n}` } });
      await app.send('PATCH', `/clients/${body.id}`, { as: admin, body: { notes: `note ${n}` } });
      app.clock.now = new Date(app.clock.now.getTime() + 60_000);
    }
  });
  afterAll(() => app?.close());
  const entry = { userId: null, username: null, action: 'client.create' };
  const anchorsFile = () => join(app.parts.config.dataDir, 'audit-anchors.jsonl');
  const list = async (query: string): Promise<Entry[]> =>
    (await app.send('GET', `/audit-entries?limit=500&${query}`, { as: admin })).body.items;
  const verify = async (query = '') =>
    (await app.send('GET', `/audit-entries/verification${query}`, { as: admin })).body;

  it('is filtered by who, what, on what and when', async () => {
    const all = await list('');
    expect(all).toHaveLength(12);
    expect((await list('actor=operations-2')).map(({ action }) => action)).toEqual(Array(6).fill('client.create'));
    expect(await list('action=client.')).toHaveLength(12);
    expect(await list('action=client.update&actor=operations-2')).toEqual([]);
    const [newest] = all;
    const ofOne = await list('resourceType=client&resourceId=3');
    expect(new Set(ofOne.map(({ action }) => action))).toEqual(new Set(['client.create', 'client.update']));
    const times = [...new Set(all.map(({ at }) => at))].sort();
    expect(await list(`from=${times[1]}&to=${times[3]}`)).toHaveLength(4);
    expect(await list(`from=${newest!.at}`)).toHaveLength(2);
    // Neither wildcards nor SQL mean anything in a filter.
    for (const odd of ['%25', "x' or '1'='1", 'client_create', "'; drop table audit_log; --"])
      expect(await list(`action=${encodeURIComponent(odd)}`)).toEqual([]);
  });

  it('is exported whole, as CSV that no spreadsheet runs, and as lines that can be checked elsewhere', async () => {
    const file = async (format: string) => {
      const answer = await app.raw('GET', `/audit-entries/export?format=${format}`, { as: admin });
      return { type: answer.headers.get('content-type'), text: await answer.text() };
    };
    const csv = await file('csv');
    expect(csv.type).toBe('text/csv; charset=utf-8');
    const rows = parse(csv.text, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(13);
    expect(rows.at(-1)).toMatchObject({ action: 'audit.export', actor: 'admin-1' });
    for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+@]/);
    const { text } = await file('jsonl');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(14);
    for (const [index, line] of lines.entries())
      expect(line.previousHash).toBe(index === 0 ? '0'.repeat(64) : lines[index - 1].hash);
    expect((await app.send('GET', '/audit-entries/export', { as: operations })).status).toBe(403);
  });

  it('knows an entry of an earlier export, and misses one that was cut off', async () => {
    await sealAll(app.parts.db);
    const [newest] = await list('');
    expect(await verify(`?knownId=${newest!.id}&knownHash=${newest!.hash}`)).toMatchObject({
      ok: true,
      knownStands: true,
    });
    expect(await verify(`?knownId=${newest!.id}&knownHash=${'0'.repeat(64)}`)).toMatchObject({ ok: false });
    expect((await verify(`?knownId=${newest!.id}`)).fields[0].path).toBe('knownHash');
    await tampering(async () => {
      await app.parts.db.query(sql`delete from audit_log where id = ${newest!.id}`);
      await rm(anchorsFile(), { force: true });
      expect(await verify()).toMatchObject({ ok: true, knownStands: null, anchors: { count: 0 } });
      await rm(anchorsFile(), { force: true });
      expect(await verify(`?knownId=${newest!.id}&knownHash=${newest!.hash}`)).toMatchObject({
        ok: false,
        firstBrokenId: null,
        knownStands: false,
      });
    });
  });

  it('notes entries outside of the database, and says what no anchor covers', async () => {
    await app.raw('GET', '/audit-entries/export', { as: admin }).then((answer) => answer.text());
    const { id, hash } = (await list(''))[0] as Entry & { id: number };
    const noted = await readFile(anchorsFile(), 'utf8');
    expect(JSON.parse(noted.trim().split('\n').at(-1)!)).toMatchObject({ id, hash, why: 'export' });
    expect(await verify()).toMatchObject({ ok: true, unanchored: 0, anchors: { newest: { id }, brokenCount: 0 } });
    await app.send('POST', '/clients', { as: operations, body: { name: 'Not anchored yet' } });
    expect(await verify()).toMatchObject({ ok: true, unanchored: 1, beginning: 'whole' });
    // Verifying has noted it.
    expect(await verify()).toMatchObject({ unanchored: 0, anchors: { newest: { id: id + 1 } } });
    await appendFile(anchorsFile(), 'no anchor\n');
    expect(await verify()).toMatchObject({ ok: true, anchors: { damagedLines: 1 } });
  });

  it('shows by its anchors that the end was cut off, that it was emptied, and that it was begun anew', async () => {
    const { db } = app.parts;
    const before = await verify();
    const { id } = before.anchors.newest;
    await tampering(async () => {
      await db.query(sql`delete from audit_log where id = ${id}`);
      expect(await verify()).toMatchObject({
        ok: false,
        firstBrokenId: null,
        anchors: { broken: [{ id, gone: true }] },
      });
    });
    await tampering(async () => {
      await db.query(sql`delete from audit_log`);
      const emptied = await verify();
      expect(emptied).toMatchObject({ ok: false, entries: 0, firstBrokenId: null, beginning: 'emptied' });
      expect(emptied.anchors.brokenCount).toBe(before.anchors.count);
      // Begun anew, with as many entries as there were: each is right in itself.
      app.clock.now = new Date(app.clock.now.getTime() + 2 * 3_600_000);
      for (let n = 0; n < id; n++) await app.parts.appendAudit(db, { ...entry, at: app.clock.now });
      const anew = await verify();
      expect(anew).toMatchObject({ ok: false, firstBrokenId: null, beginning: 'late' });
      expect(anew.anchors.brokenCount).toBe(before.anchors.count);
      expect(anew.anchors.broken.every(({ gone }: { gone: boolean }) => !gone)).toBe(true);
    });
  });

  it('sends its newest anchor where an administrator says, and to no address that is never asked', async () => {
    const received: { method: string | undefined; body: string }[] = [];
    const archive = createServer(async (request, answer) => {
      const body = Buffer.concat(await request.toArray()).toString();
      received.push({ method: request.method, body });
      answer.writeHead(received.length === 1 ? 204 : 500).end();
    });
    await once(archive.listen(0, '127.0.0.1'), 'listening');
    const { port } = archive.address() as AddressInfo;
    const { db, config } = app.parts;
    const send = () => sendAnchor(db, config.dataDir);
    const set = async (anchorUrl: string | null, as = admin) =>
      (await app.send('PATCH', '/network-settings', { as, body: { anchorUrl } })).status;
    try {
      await send();
      expect(received).toEqual([]);
      expect(await set(`http://127.0.0.1:${port}/anchors`, operations)).toBe(403);
      expect(await set('http://archive.example/anchors')).toBe(422);
      expect(await set(`http://127.0.0.1:${port}/anchors`)).toBe(200);
      await send();
      const newest = (await readAnchors(config.dataDir)).anchors.at(-1);
      expect(received[0]?.method).toBe('POST');
      expect(JSON.parse(received[0]!.body)).toEqual({ console: hostname(), ...newest });
      await expect(send()).rejects.toThrow(/answered 500/);
      expect(await set('https://169.254.169.254/latest')).toBe(200);
      await expect(send()).rejects.toThrow(/never asks/);
    } finally {
      await set(null);
      archive.close();
    }
  });

  it('can’t be changed by the product, nor by its people', async () => {
    for (const scope of [{ kind: 'system' }, { kind: 'user', userId: 1, clientId: null }] as const)
      for (const statement of [
        "update audit_log set actor = 'x'",
        'delete from audit_log',
        'truncate audit_log',
        "update audit_unsealed set actor = 'x'",
        'delete from audit_unsealed',
        'truncate audit_unsealed',
      ]) {
        const tried = app.parts.db.transaction(scope, (tx) => tx.query(sql`${raw(statement)}`));
        await expect(tried).rejects.toMatchObject({ code: '42501' });
      }
    const insert = app.parts.db.transaction({ kind: 'user', userId: 1, clientId: null }, (tx) =>
      tx.query(sql`insert into audit_log (id, at, action, previous_hash, hash) values (99, now(), 'x', '', '')`),
    );
    await expect(insert).rejects.toMatchObject({ code: '42501' });
  });

  /** What the owner of the table does to it, taken back afterwards. */
  async function tampering(work: () => Promise<void>): Promise<void> {
    const { db } = app.parts;
    await sealAll(db);
    await db.query(sql`alter table audit_log disable trigger audit_log_is_append_only`);
    await db.query(sql`create table kept as table audit_log`);
    try {
      await work();
    } finally {
      await db.query(sql`delete from audit_log`);
      await db.query(sql`insert into audit_log select * from kept`);
      await db.query(sql`drop table kept`);
      await db.query(sql`alter table audit_log enable trigger audit_log_is_append_only`);
    }
    expect(await verify()).toMatchObject({ ok: true });
  }

  it.each([
    ['at', "at = at + interval '1 microsecond'"],
    ['actor_user_id', 'actor_user_id = 77'],
    ['actor', "actor = 'somebody'"],
    ['action', "action = 'client.updates'"],
    ['resource_type', "resource_type = 'brand'"],
    ['resource_id', "resource_id = '9'"],
    ['sequence', 'sequence = sequence - 1'],
    ['details', 'details = details || \'{"x": 1}\''],
    ['previous_hash', "previous_hash = sha256('x')"],
    ['hash', "hash = sha256('x')"],
  ])('names the entry whose %s was changed', async (_, change) => {
    await tampering(async () => {
      await app.parts.db.query(sql`update audit_log set ${raw(change)} where id = 5`);
      expect(await verify()).toMatchObject({ ok: false, firstBrokenId: 5 });
    });
  });

  it('names the first broken entry when one is removed, two are swapped, or one is forged with a right hash', async () => {
    const { db } = app.parts;
    await tampering(async () => {
      await db.query(sql`delete from audit_log where id = 4`);
      expect(await verify()).toMatchObject({ ok: false, firstBrokenId: 5 });
    });
    await tampering(async () => {
      await db.query(sql`update audit_log set id = case id when 4 then -6 else -4 end where id in (4, 6)`);
      await db.query(sql`update audit_log set id = -id where id < 0`);
      expect(await verify()).toMatchObject({ ok: false, firstBrokenId: 4 });
    });
    await tampering(async () => {
      await db.query(sql`delete from audit_log where id = 4`);
      await db.query(sql`update audit_log set id = 1 - id where id > 4`);
      await db.query(sql`update audit_log set id = -id where id < 0`);
      expect(await verify()).toMatchObject({ ok: false, firstBrokenId: 4 });
    });
    await tampering(async () => {
      await db.query(sql`update audit_log set actor = 'forged' where id = 5`);
      await db.query(sql`update audit_log l set hash = audit_hash(l) where id = 5`);
      // It is right in itself now; the next one names another hash.
      expect(await verify()).toMatchObject({ ok: false, firstBrokenId: 6 });
    });
  });
});
