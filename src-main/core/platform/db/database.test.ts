import sql, { type Sql } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBreakingProxy } from '../../testing/breaking-proxy.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { needing } from '../../testing/needing.ts';
import { connectionConfig } from './connection.ts';
import { openDatabase } from './database.ts';
import { type Scope, systemScope } from './queryable.ts';
import { codeOf, sqlstate } from './sqlstate.ts';

describe.each(testEngines())('database on $name', ({ name, create }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await create();
    await test.db.query(sql`insert into clients (name) values ('Acme'), ('Globex')`);
  });
  afterAll(() => test?.close());

  const namesSeenBy = (scope: Scope) =>
    test.db.transaction(scope, async (tx) => {
      const { rows } = await tx.query<{ name: string }>(sql`select name from clients order by name`);
      return rows.map((row) => row.name);
    });

  it('shows staff every client and a client’s user only their own', async () => {
    const { rows } = await test.db.query<{ id: number }>(sql`select id from clients where name = 'Globex'`);
    expect(await namesSeenBy({ kind: 'user', userId: 1, clientId: null })).toEqual(['Acme', 'Globex']);
    expect(await namesSeenBy({ kind: 'user', userId: 1, clientId: rows[0]!.id })).toEqual(['Globex']);
  });

  it('shows the role of a client’s user nothing while it has no client', async () => {
    const names = await test.db.transaction({ kind: 'user', userId: 1, clientId: null }, async (tx) => {
      await tx.query(sql`set local role console_user`);
      return (await tx.query(sql`select name from clients`)).rows;
    });
    expect(names).toEqual([]);
  });

  it('keeps scopes apart between concurrent transactions and lets none leak into the pool', async () => {
    const { rows } = await test.db.query<{ id: number }>(sql`select id from clients order by id`);
    const seen = await Promise.all(
      Array.from({ length: 40 }, (_, i) => namesSeenBy({ kind: 'user', userId: 1, clientId: rows[i % 2]!.id })),
    );
    for (const [i, names] of seen.entries()) expect(names).toEqual([i % 2 === 0 ? 'Acme' : 'Globex']);
    const { rows: who } = await test.db.query<{ name: string }>(sql`select current_user::text as name`);
    expect(who[0]!.name).toBe('postgres');
  });

  it('keeps interleaved statements of many connections apart', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const { rows } = await test.db.query<{ value: number }>(sql`select ${i}::int as value, ${`text ${i}`}::text`);
        return rows[0]!.value;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  // The embedded engine has one session, whichever connection asks.
  if (name === 'postgresql')
    it('opens no more than it is told to while it works, and lets the others wait', async () => {
      const { db, close } = await create();
      try {
        const most = async () => {
          const pids = await Promise.all(
            Array.from({ length: 8 }, () =>
              db.transaction(systemScope, async (tx) => {
                const { rows } = await tx.query<{ pid: number }>(
                  sql`select pg_backend_pid() as pid from pg_sleep(0.3)`,
                );
                return rows[0]!.pid;
              }),
            ),
          );
          return new Set(pids).size;
        };
        db.limitConnections(2);
        expect(await most()).toBeLessThanOrEqual(2);
        db.limitConnections(5);
        const more = await most();
        expect([more > 2, more <= 5]).toEqual([true, true]);
      } finally {
        await close();
      }
    });

  if (name === 'postgresql')
    it('lets what ends within milliseconds share a few connections, and what takes longer have its own', async () => {
      const used = async (statement: Sql) => {
        const db = openDatabase({ engine: 'postgresql', connection: connectionConfig(test.connection) });
        const session = async () => (await db.query<{ pid: number }>(statement)).rows[0]!.pid;
        await session();
        const sessions = new Set(await Promise.all(Array.from({ length: 10 }, session)));
        await db.close();
        return sessions.size;
      };
      // On a busy machine nothing ends within milliseconds now and then.
      await expect.poll(() => used(sql`select pg_backend_pid() as pid`), { timeout: 50_000 }).toBeLessThan(5);
      expect(await used(sql`select pg_backend_pid() as pid from pg_sleep(1)`)).toBeGreaterThan(4);
    });

  it('refuses private keys, password hashes and writes to the audit log to the role of people', async () => {
    const asPerson = (statement: ReturnType<typeof sql>) =>
      test.db
        .transaction({ kind: 'user', userId: 1, clientId: null }, (tx) => tx.query(statement))
        .then(
          () => 'allowed',
          (error) => codeOf(error).code,
        );
    expect(await asPerson(sql`select private_key from trackers`)).toBe(sqlstate.insufficientPrivilege);
    expect(await asPerson(sql`select password_hash from users`)).toBe(sqlstate.insufficientPrivilege);
    expect(await asPerson(sql`select credentials from report_sources`)).toBe(sqlstate.insufficientPrivilege);
    expect(await asPerson(sql`delete from audit_log`)).toBe(sqlstate.insufficientPrivilege);
    expect(await asPerson(sql`delete from audit_unsealed`)).toBe(sqlstate.insufficientPrivilege);
  });

  it('rolls back what a rejected transaction did, and runs no after-commit action', async () => {
    let told = false;
    const attempt = test.db.transaction({ kind: 'system' }, async (tx) => {
      tx.afterCommit(() => {
        told = true;
      });
      await tx.query(sql`insert into clients (name) values ('Half done')`);
      throw new Error('changed my mind');
    });
    await expect(attempt).rejects.toThrow('changed my mind');
    expect(told).toBe(false);
    expect(await namesSeenBy({ kind: 'user', userId: 1, clientId: null })).not.toContain('Half done');
  });

  it('says of a connection that died while nobody used it, or before it was told of the end, that it is lost', async () => {
    const proxy = await startBreakingProxy(test.connection);
    const db = openDatabase({ engine: test.connection.engine, connection: proxy.connection });
    const insert = () =>
      db.transaction({ kind: 'user', userId: 1, clientId: null }, (tx) =>
        tx.query(sql`insert into clients (name) values ('Initech')`),
      );
    try {
      await db.query(sql`select 1`);
      for (const statement of ['begin; set local', 'commit']) {
        proxy.breakBefore(statement);
        await expect(insert()).rejects.toMatchObject({ code: 'unavailable', status: 503 });
      }
      await insert();
    } finally {
      await db.close();
      await proxy.close();
    }
    expect((await test.db.query(sql`select from clients where name = 'Initech'`)).rowCount).toBe(1);
  });

  it('says of a change that a read-only database refuses that it can be tried again', async () => {
    const refused = test.db.transaction({ kind: 'system' }, async (tx) => {
      await tx.query(sql`set transaction read only`);
      await tx.query(sql`insert into clients (name) values ('Umbrella')`);
    });
    await expect(refused).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('read-only'),
      extras: { retryAfterSeconds: expect.any(Number) },
    });
  });

  it('tries a transaction again that lost against another, and says so when it always does', async () => {
    let tries = 0;
    const loses = (times: number) =>
      test.db.transaction({ kind: 'system' }, async (tx) => {
        if (++tries > times) return 'won';
        await tx.query(sql`do $$ begin raise exception 'lost' using errcode = '40001'; end $$`);
        return 'unreachable';
      });
    expect(await loses(3)).toBe('won');
    expect(tries).toBe(4);
    await expect(loses(100)).rejects.toMatchObject({ code: 'unavailable' });
    expect(tries).toBe(8);
  });

  it('goes on in step after refused statements, on the same connections', async () => {
    for (let round = 0; round < 20; round++) {
      const refused = test.db.transaction({ kind: 'system' }, (tx) =>
        tx.query(sql`insert into clients (name) values (${'ACME'})`),
      );
      await expect(refused).rejects.toMatchObject({ code: sqlstate.uniqueViolation });
      const unknown = test.db.query(sql`select nonsense from clients where id = ${round}::bigint`);
      await expect(unknown).rejects.toMatchObject({ code: '42703' });
      const { rows } = await test.db.query<{ round: number }>(sql`select ${round}::int as round`);
      expect(rows).toEqual([{ round }]);
    }
  });
});

// The embedded engine stops no statement of its one session.
needing('postgres').describe('statements of a database', () => {
  it('are stopped for people who wait, not for jobs', async () => {
    const test = await testEngines().at(-1)!.create();
    try {
      const sleep = (scope: Scope, statementMs?: number) =>
        test.db.transaction(scope, (tx) => tx.query(sql`select pg_sleep(0.2)`), { statementMs });
      await expect(sleep({ kind: 'user', userId: 1, clientId: null }, 20)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('too long'),
      });
      await sleep({ kind: 'user', userId: 1, clientId: null });
      await sleep(systemScope);
      const late = { code: 'unavailable', message: expect.stringContaining('too long') };
      await expect(sleep(systemScope, 20)).rejects.toMatchObject(late);
      await expect(test.db.query(sql`select pg_sleep(5)`, { statementMs: 50 })).rejects.toMatchObject(late);
      await test.db.query(sql`select 1`, { statementMs: 5_000 });
    } finally {
      await test.close();
    }
  });
});

// The embedded engine has one session, which waits for no other's lock.
needing('postgres').describe('locks of a database', () => {
  it('are waited for by jobs without limit, by people for a while', async () => {
    const test = await testEngines().at(-1)!.create();
    const db = openDatabase({ engine: 'postgresql', connection: connectionConfig(test.connection), lockMs: 50 });
    try {
      await db.query(sql`insert into clients (name) values ('Acme')`);
      const release = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      const lock = (scope: Scope) => db.transaction(scope, (tx) => tx.query(sql`select from clients for update`));
      const holding = db.transaction(systemScope, async (tx) => {
        await tx.query(sql`select from clients for update`);
        held.resolve();
        await release.promise;
      });
      await held.promise;
      const job = lock(systemScope);
      const refusal = { code: 'unavailable', message: expect.stringContaining('Someone else') };
      await expect(lock({ kind: 'user', userId: 1, clientId: null })).rejects.toMatchObject(refusal);
      release.resolve();
      await holding;
      await job;
      await lock({ kind: 'user', userId: 1, clientId: null });
    } finally {
      await db.close();
      await test.close();
    }
  });
});
