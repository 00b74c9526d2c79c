import pg from 'pg';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { postgres, type TestDatabase, testEngines } from '../testing/database.ts';
import { needing } from '../testing/needing.ts';

/** PostgreSQL 18 manual, appendix A, without 00 to 02 (no errors) and HV (foreign data): class -> the rest of each code. */
const manual: Record<string, string> = {
  '03': '000',
  '08': '000 003 006 001 004 007 P01',
  '09': '000',
  '0A': '000',
  '0B': '000',
  '0F': '000 001',
  '0L': '000 P01',
  '0P': '000',
  '0Z': '000 002',
  '20': '000',
  '21': '000',
  '22':
    '000 02E 021 008 012 005 00B 022 015 01E 014 016 01F 01G 018 007 019 00D 025 P06 010 023 013 01B 01W 01X 009 00C 00G ' +
    '004 002 003 00H 026 001 011 027 024 00F P01 P02 P03 P04 P05 00L 00M 00N 00S 00T 030 031 032 033 034 035 036 037 038 ' +
    '039 03A 03B 03C 03D 03E 03F 03G',
  '23': '000 001 502 503 505 514 P01',
  '24': '000',
  '25': '000 001 002 008 003 004 005 006 007 P01 P02 P03 P04',
  '26': '000',
  '27': '000',
  '28': '000 P01',
  '2B': '000 P01',
  '2D': '000',
  '2F': '000 005 002 003 004',
  '34': '000',
  '38': '000 001 002 003 004',
  '39': '000 001 004 P01 P02 P03',
  '3B': '000 001',
  '3D': '000',
  '3F': '000',
  '40': '000 002 001 003 P01',
  '42':
    '000 601 501 846 803 P20 P19 830 602 622 939 804 P18 P21 P22 809 P17 703 883 P01 P02 704 701 P03 P04 723 P05 P06 P07 ' +
    '712 710 702 725 P08 P09 P10 611 P11 P12 P13 P14 P15 P16',
  '44': '000',
  '53': '000 100 200 300 400',
  '54': '000 001 011 023',
  '55': '000 006 P02 P03 P04',
  '57': '000 014 P01 P02 P03 P04 P05',
  '58': '000 030 P01 P02 P03',
  '72': '000',
  F0: '000 001',
  P0: '000 001 002 003 004',
  XX: '000 001 002',
};
const codes = Object.entries(manual).flatMap(([start, rest]) => rest.split(' ').map((end) => start + end));

/** Wrong statements, and data that is damaged: nobody's input and no outage leads there. */
const ours =
  /^(03|09|0A|0B|0F|0L|0Z|20|21|24|25(?!006|P0[34])|26|27|2B|2D|2F|34|38|39|3B|3F|42(?!501)|44|54|P0|XX00[12])/;

describe.each(testEngines())('what the database says on $name', ({ create, name }) => {
  let test: TestDatabase;
  let app: TestConsole;
  let as: string;
  beforeAll(async () => {
    test = await create();
    app = await testConsole(test);
    as = await app.signIn('admin');
    await test.db.query(sql`create function say_it() returns trigger language plpgsql as
      $$ begin raise exception 'It is so.' using errcode = substr(new.name, 8); end $$`);
    await test.db.query(sql`create trigger say_it before insert on clients for each row when (new.name like 'raises %')
      execute function say_it()`);
  });
  afterAll(() => app?.close());

  it('is answered with 503 and a time to try again where the world is to blame, with 4xx where the values are', async () => {
    const wrong: unknown[] = [];
    // The embedded engine is slower, and says it by the same driver.
    for (const code of codes.filter((each) => name === 'postgresql' || each.endsWith('000'))) {
      const { status, body, headers } = await app.send('POST', '/clients', { as, body: { name: `raises ${code}` } });
      const wanted = ours.test(code) ? 500 : /^(22|23|40002|42501)/.test(code) ? 4 : 503;
      const isRight =
        wanted === 503
          ? status === 503 && Number(headers.get('retry-after')) > 0
          : wanted === 4
            ? status >= 400 && status < 500
            : status === 500;
      const isSentence = /^[A-Z].*[.]$/.test(body.detail) && !body.detail.includes('It is so');
      if (!isRight || !isSentence) wrong.push([code, status, body.detail]);
    }
    expect(wrong).toEqual([]);
    expect((await app.send('GET', '/clients', { as })).body.items).toEqual([]);
  }, 120_000);
});

// The embedded engine has one session, which waits for no other's lock.
needing('postgres').describe('somebody who holds a lock', () => {
  let test: TestDatabase;
  let app: TestConsole;
  let holder: pg.Client;
  beforeAll(async () => {
    test = await postgres.create();
    app = await testConsole(test);
    holder = new pg.Client({ connectionString: test.connection.engine === 'postgresql' ? test.connection.url : '' });
    await holder.connect();
  });
  afterAll(async () => {
    await holder?.end();
    await app?.close();
  });
  const within = async <T>(work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work();
    expect(performance.now() - from).toBeGreaterThan(4_500);
    expect(performance.now() - from).toBeLessThan(10_000);
    return result;
  };

  it('keeps a scan, a list and a session waiting for five seconds at most; the scan is then done once', async () => {
    const as = await app.signIn('warehouse');
    const { clientId, runId } = await insertRun(test.db, 'Aurora', '2020-01-01', '2099-01-01');
    const [tracker] = await insertTrackers(test.db, { count: 1 });
    const admin = await app.signIn('admin');
    const order = { clientId, productionRunId: runId, quantity: 2 };
    const { body: made } = await app.send('POST', '/customer-orders', { as: admin, body: order });
    const path = `/customer-orders/${made.id}/allocations`;
    const body = { scan: tracker!.mac, mutationId: crypto.randomUUID() };
    const scan = () => app.send('POST', path, { as, body });

    await holder.query('begin');
    await holder.query(`select from customer_orders where id = ${made.id} for update`);
    await holder.query('lock table brands in access exclusive mode');
    const waiting = (count: number) =>
      expect
        .poll(
          async () =>
            (
              await holder.query(`select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`)
            ).rowCount,
          { timeout: 4_000 },
        )
        .toBe(count);
    const answers = await within(async () => {
      const scanning = scan();
      const listing = app.send('GET', '/brands', { as: admin });
      await waiting(2);
      await holder.query('lock table sessions in access exclusive mode');
      return Promise.all([scanning, listing, app.send('GET', '/auth/session', { as })]);
    });
    for (const answer of answers) {
      expect([answer.status, answer.body.detail]).toEqual([503, expect.stringContaining('try again')]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await holder.query('rollback');
    // The station sends it again, as long as it has no answer.
    expect((await scan()).body).toMatchObject({ outcome: 'allocated' });
    expect((await scan()).body).toMatchObject({ outcome: 'allocated' });
    const { rows } = await test.db.query(
      sql`select count(*)::int as scans from scans where customer_order_id = ${made.id}::bigint`,
    );
    expect(rows).toEqual([{ scans: 1 }]);

    // When somebody was last seen is a minute's matter; nobody waits for it.
    app.clock.now = new Date(app.clock.now.getTime() + 120_000);
    await holder.query('begin');
    await holder.query('select from sessions for update');
    expect((await app.send('GET', '/auth/session', { as })).status).toBe(200);
    await holder.query('rollback');
  }, 60_000);

  it('is none that takes no changes: people read on, and learn why they can’t write', async () => {
    const as = await app.signIn('admin');
    await holder.query(`alter database ${holder.database} set default_transaction_read_only = on`);
    const { rows } = await holder.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    expect(rows.length).toBeGreaterThan(0);
    try {
      app.clock.now = new Date(app.clock.now.getTime() + 120_000);
      // A connection that the server has ended is found dead once.
      await expect.poll(async () => (await app.send('GET', '/clients', { as })).status, { timeout: 10_000 }).toBe(200);
      const refused = await app.send('POST', '/clients', { as, body: { name: 'Acme' } });
      expect([refused.status, refused.body.detail]).toEqual([503, expect.stringContaining('read-only')]);
      expect((await app.send('GET', '/notices', { as })).body.troubles).toEqual([
        { part: 'database', why: 'The database is read-only at the moment.' },
      ]);
    } finally {
      await holder.query('set default_transaction_read_only = off');
      await holder.query(`alter database ${holder.database} reset default_transaction_read_only`);
      await holder.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`);
    }
  }, 30_000);
});
