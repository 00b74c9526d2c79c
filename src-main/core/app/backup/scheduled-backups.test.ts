import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readBackupState, writeBackupSettings } from '../../monitoring/backups/backup-settings.ts';
import { checkBackup } from '../../platform/backup/read-backup.ts';
import { connectionConfig } from '../../platform/db/connection.ts';
import { withClient } from '../../platform/db/with-client.ts';
import { AppError } from '../../platform/errors.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { makeBackupAlone } from './make-backup.ts';
import { type BackUp, backUpWhenDue } from './scheduled-backups.ts';

const log = pino({ level: 'silent' });
const HOUR_MS = 3_600_000;

describe.each(testEngines())('backups that are made by themselves on $name', ({ create }) => {
  let test: TestDatabase;
  let app: TestConsole;
  let folder: string;
  let now: Date;

  beforeAll(async () => {
    test = await create();
    app = await testConsole(test);
  });
  afterAll(() => app?.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backups-test-'));
    now = new Date('2026-11-29T02:00:00Z');
    await test.db.query(sql`delete from settings where key in ('backups', 'backup-state')`);
    await test.db.query(sql`delete from housekeeping_turns`);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const backUp: BackUp = (path, at) =>
    makeBackupAlone(path, {
      connection: test.connection,
      dataDir: folder,
      version: '0.1.0',
      now: at,
      log,
      by: 'schedule',
      keys: null,
    });
  const look = (name = 'first', how = backUp) =>
    backUpWhenDue({ db: test.db, folder, backUp: how, log, now: () => now, name });
  const pass = async (hours: number) => {
    now = new Date(now.getTime() + hours * HOUR_MS);
    // The database's own clock, by which turns are taken.
    await test.db.query(sql`update housekeeping_turns set taken_at = taken_at - ${hours} * interval '1 hour'`);
  };
  const backups = async () => (await readdir(folder)).filter((name) => name.endsWith('.backup'));
  const settings = (change: object) => writeBackupSettings(test.db, change, now);

  it('are off until somebody switches them on', async () => {
    expect(await look()).toBe(false);
    expect(await backups()).toEqual([]);
  });

  it('are made when due, by the console that made the last, and only so many are kept', async () => {
    await settings({ enabled: true, everyHours: 24, atHour: null, keep: 2 });
    await writeFile(join(folder, 'of-another-hand.backup'), '');
    expect(await look()).toBe(true);
    expect(await look()).toBe(false);
    const [first] = await backups();
    expect((await checkBackup(join(folder, first!))).header.madeAt).toBe(now.toISOString());
    for (let day = 0; day < 3; day++) {
      await pass(24);
      expect(await look('second')).toBe(false);
      expect(await look()).toBe(true);
    }
    const kept = await backups();
    expect(kept).toHaveLength(3);
    expect(kept).toContain('of-another-hand.backup');
    expect(kept).not.toContain(first);
    const { made } = await readBackupState(test.db);
    expect(basename(made!.file)).toBe(kept.filter((name) => name.startsWith('console-')).at(-1));
    // The first console is away: another one takes over after a while.
    await pass(24.6);
    expect(await look('second')).toBe(true);
    expect((await readBackupState(test.db)).made).toMatchObject({ console: 'second' });
  }, 60_000);

  it('say why one failed, leave nothing of it, and are tried again after a while', async () => {
    await settings({ enabled: true, atHour: null });
    const full: BackUp = async () => {
      throw new AppError('unavailable', 'The disk of this console is full or read-only.');
    };
    expect(await look('first', full)).toBe(false);
    expect(await backups()).toEqual([]);
    const token = await app.signIn('admin');
    const seen = await app.send('GET', '/backups', { as: token });
    expect(seen.body).toMatchObject({
      enabled: true,
      made: null,
      failed: { console: 'first', why: 'The disk of this console is full or read-only.' },
    });
    expect(await look()).toBe(false);
    await pass(0.2);
    expect(await look()).toBe(true);
    expect((await app.send('GET', '/backups', { as: token })).body.failed).toBeNull();
  });

  it('are told to be overdue', async () => {
    await settings({ enabled: true, everyHours: 2, atHour: null });
    expect(await look()).toBe(true);
    app.clock.now = now;
    const token = await app.signIn('reviewer');
    const overdueAt = async (hours: number) => {
      app.clock.now = new Date(now.getTime() + hours * HOUR_MS);
      return (await app.send('GET', '/backups', { as: token })).body.overdue;
    };
    expect(await overdueAt(2.9)).toBe(false);
    expect(await overdueAt(3.1)).toBe(true);
  });
});

describe.each(testEngines().filter(({ name }) => name === 'postgresql'))('two consoles on $name', ({ create }) => {
  it('never make a backup at the same time', async () => {
    const test = await create();
    const dataDir = await mkdtemp(join(tmpdir(), 'backups-test-'));
    try {
      const options = {
        connection: test.connection,
        dataDir,
        version: '0',
        now: new Date(),
        log,
        by: 'schedule',
        keys: null,
      } as const;
      const meanwhile = join(dataDir, 'meanwhile.backup');
      const made = await makeBackupAlone(join(dataDir, 'first.backup'), {
        ...options,
        onProgress: async ({ table }) => {
          if (table === 'clients') expect(await makeBackupAlone(meanwhile, options)).toBeNull();
        },
      });
      expect(made).not.toBeNull();
      expect(await makeBackupAlone(meanwhile, options)).not.toBeNull();
      await withClient(connectionConfig(test.connection), (client) => client.query('select 1'));
    } finally {
      await test.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
