import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionConfig } from '../platform/db/connection.ts';
import { migrate } from '../platform/db/migrate.ts';
import { systemScope, type Transaction } from '../platform/db/queryable.ts';
import { codeOf, sqlstate } from '../platform/db/sqlstate.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { dropAll } from '../testing/drop-all.ts';
import { appendAudit } from './append-store.ts';
import { beginningOf, brokenAnchors, entryStands, listAuditEntries, walkChain } from './audit-log-store.ts';
import { beginningLink, forgetAudit, removedFrom } from './retention-store.ts';
import { sealAll } from './sealer.ts';
import { beginWalk, walkOn } from './verification.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations');
const DAY_MS = 86_400_000;
// By the clock of the database, which keeps the last month.
const ago = (days: number) => new Date(Date.now() - days * DAY_MS);

/** A log as former versions wrote it, brought up to date, that grows past a million and is cut by retention. */
describe.each(testEngines())('a long audit log on $name', ({ create }) => {
  let test: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    test = await create();
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await test.db.query(dropAll);
    const files = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort();
    for (const name of files.filter((file) => file < '0420')) await cp(join(migrations, name), join(folder, name));
    await migrate(connectionConfig(test.connection), folder);
    for (const days of [400, 399, 398, 397, 50, 49]) await append(days, `former ${days}`);
    for (const name of files.filter((file) => file >= '0420')) await cp(join(migrations, name), join(folder, name));
    await migrate(connectionConfig(test.connection), folder);
  }, 120_000);
  afterAll(async () => {
    await test?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const append = (days: number, action: string) =>
    appendAudit(test.db, {
      ...{ at: ago(days), userId: null, username: 'ada', action, resourceType: 'client' },
      resourceId: days % 2,
    });
  const partitions = async () =>
    (
      await test.db.query<{ name: string; rows: number }>(sql`
      select p.name, (select count(*) from audit_log l where l.tableoid = p.name::regclass) as rows
      from audit_partitions() p`)
    ).rows.map(({ name, rows }) => [name, rows]);
  const ids = async () =>
    (await test.db.query<{ id: number }>(sql`select id from audit_log order by id`)).rows.map(({ id }) => id);
  const whole = async () => walkOn(test.db, beginWalk(beginningLink(await removedFrom(test.db))));

  it('is whole after the upgrade, and goes on', async () => {
    expect(await walkOn(test.db, beginWalk())).toMatchObject({ entries: 6, firstBrokenId: null });
    await append(40, 'since');
    await sealAll(test.db);
    expect(await whole()).toMatchObject({ entries: 7, firstBrokenId: null });
    expect(await partitions()).toEqual([['audit_log_p0', 7]]);
    const { items } = await listAuditEntries(test.db, { limit: 50 });
    expect(items.map(({ id, sequence, action }) => [id, sequence, action]).slice(0, 2)).toEqual([
      [7, 7, 'since'],
      [6, 6, 'former 49'],
    ]);
    // An index that lacks that of a partition would not be valid.
    const { rows } = await test.db.query<{ valid: boolean }>(
      sql`select bool_and(indisvalid) as valid from pg_index where indrelid = 'audit_log'::regclass`,
    );
    expect(rows).toEqual([{ valid: true }]);
  });

  it('is read and changed by nobody around it', async () => {
    for (const scope of [
      systemScope,
      { kind: 'user', userId: 1, clientId: null },
      { kind: 'user', userId: 1, clientId: 1 },
    ] as const)
      for (const statement of ['select from audit_log_p0', 'delete from audit_log_p0', 'drop table audit_log_p0'])
        expect(await refusal(scope, statement)).toBe(sqlstate.insufficientPrivilege);
    const staff = { kind: 'user', userId: 1, clientId: null } as const;
    expect(await refusal(staff, "select forget_audit_before('2020-01-01', now())")).toBe(
      sqlstate.insufficientPrivilege,
    );
    expect(await refusal(staff, 'select ensure_audit_partition(7)')).toBe(sqlstate.insufficientPrivilege);
    const seen = (clientId: number | null) =>
      test.db.transaction({ kind: 'user', userId: 1, clientId }, (tx) => tx.query(sql`select from audit_entries`));
    expect([(await seen(null)).rowCount, (await seen(1)).rowCount]).toEqual([7, 0]);
  });
  const refusal = (scope: Transaction['scope'], statement: string) =>
    test.db
      .transaction(scope, (tx) => tx.query(sql`${raw(statement)}`))
      .then(
        () => 'allowed',
        (error) => codeOf(error).code,
      );

  it('is cut where retention says, says so, and is verified from there', async () => {
    expect(await forgetAudit(test.db, null, new Date())).toBe(0);
    expect(await forgetAudit(test.db, 500, new Date())).toBe(0);
    await expect(forgetAudit(test.db, 5, new Date())).rejects.toThrow('30 days');
    const [third, fourth] = await Promise.all([
      walkChain(test.db, beginWalk().last, 3),
      walkChain(test.db, beginWalk().last, 4),
    ]);
    // At a time that itself is past retention later on.
    expect(await forgetAudit(test.db, 255, ago(45))).toBe(4);
    expect(await forgetAudit(test.db, 255, ago(45))).toBe(0);
    await sealAll(test.db);
    expect(await ids()).toEqual([5, 6, 7, 8]);
    const removed = await removedFrom(test.db);
    expect(removed).toMatchObject(fourth.last);
    const { items } = await listAuditEntries(test.db, { limit: 1 });
    expect(items[0]).toMatchObject({ action: 'audit.retention', details: { upTo: 4, removed: 4 } });
    expect(await whole()).toMatchObject({ entries: 4, firstBrokenId: null });
    // Without that entry the beginning would be missed; an anchor of what is gone is not, but a wrong one is.
    expect(await walkOn(test.db, beginWalk())).toMatchObject({ firstBrokenId: 5 });
    expect(await brokenAnchors(test.db, [third.last, fourth.last], removed)).toEqual([]);
    const forged = { id: 4, hash: '00'.repeat(32) };
    expect(await brokenAnchors(test.db, [forged], removed)).toEqual([{ ...forged, gone: true }]);
    expect(await entryStands(test.db, 4, fourth.last.hash, removed)).toBe(true);
    expect(await beginningOf(test.db, removed)).toBe('whole');
  });

  it('goes on in the next partition, made ahead; whole ones are dropped, the last entry never is', async () => {
    /** As if so many entries had been written: the last of them, which the next ones follow. */
    const at = (id: number) =>
      test.db.query(sql`
        insert into audit_log (id, at, action, previous_hash, hash)
        values (${id}::bigint, ${ago(39)}, 'far', '', sha256(${String(id)}::bytea))`);
    await at(899_500);
    await append(38, 'near the end');
    await sealAll(test.db);
    expect((await partitions()).map(([name]) => name)).toEqual(['audit_log_p0', 'audit_log_p1']);
    await at(999_998);
    for (let n = 0; n < 3; n++) await append(37 - n, `over ${n}`);
    await sealAll(test.db);
    expect(await partitions()).toEqual([
      ['audit_log_p0', 8],
      ['audit_log_p1', 2],
    ]);
    const { rows } = await test.db.query<{ hash: string }>(
      sql`select encode(hash, 'hex') as hash from audit_log where id = 999998`,
    );
    const link = { id: 999_998, hash: rows[0]!.hash };
    expect(await walkOn(test.db, beginWalk(link), undefined, 2)).toMatchObject({ entries: 3, firstBrokenId: null });
    const older = await listAuditEntries(test.db, { limit: 2 });
    expect((await listAuditEntries(test.db, { limit: 1, cursor: older.nextCursor! })).items[0]?.id).toBe(999_999);

    await forgetAudit(test.db, 30, new Date());
    await sealAll(test.db);
    expect(await partitions()).toEqual([['audit_log_p1', 2]]);
    expect(await ids()).toEqual([1_000_001, 1_000_002]);
    expect(await whole()).toMatchObject({ entries: 2, firstBrokenId: null });
  });

  it('reads the newest partition for what is new, and each once for what is rare', async () => {
    for (const million of [2, 3, 4]) {
      await test.db.query(sql`select ensure_audit_partition(${million})`);
      await test.db.query(sql`
        insert into audit_log (id, at, actor, action, resource_type, resource_id, details, previous_hash, hash)
        select ${million}::bigint * 1000000 + n, ${ago(31)}, 'ada', 'client.update', 'client', (n % 5)::text,
          jsonb_build_object('trackerId', n), '', sha256(n::text::bytea)
        from generate_series(1, 2000) n`);
    }
    await test.db.query(sql`analyze`);
    /** The partitions that the work looked into. */
    const touched = (work: (tx: Transaction) => Promise<unknown>) =>
      test.db.transaction(systemScope, async (tx) => {
        const before = await reads(tx);
        await work(tx);
        return [...(await reads(tx))]
          .flatMap(([name, count]) => (count > (before.get(name) ?? 0) ? [name] : []))
          .sort();
      });
    const reads = async (tx: Transaction) => {
      const { rows } = await tx.query<{ name: string; reads: number }>(sql`
        select relname as name, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) as reads
        from pg_stat_xact_user_tables where relname like 'audit\\_log\\_p%'`);
      return new Map(rows.map(({ name, reads }) => [name, reads]));
    };
    const list = (query: object) => (tx: Transaction) => listAuditEntries(tx, { limit: 50, ...query });
    const newest = ['audit_log_p4'];
    expect(await touched(list({}))).toEqual(newest);
    expect(await touched(list({ resourceType: 'client', resourceId: '3' }))).toEqual(newest);
    expect(await touched(list({ actor: 'ada', action: 'client.update' }))).toEqual(newest);
    expect(await touched((tx) => walkChain(tx, { id: 4_000_000, hash: '00'.repeat(32) }, 500))).toEqual(newest);
    expect(await touched(list({ resourceType: 'client', resourceId: '77' }))).toHaveLength(4);
    expect(await touched(list({ sort: 'at' }))).toEqual(['audit_log_p1', 'audit_log_p2', 'audit_log_p4']);
  });
});
