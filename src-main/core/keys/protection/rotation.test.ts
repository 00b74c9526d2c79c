import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemScope } from '../../platform/db/queryable.ts';
import { createLocalBus } from '../../platform/events/bus.ts';
import { JobStopped } from '../../platform/jobs/job-end.ts';
import { createJobQueue } from '../../platform/jobs/job-queue.ts';
import { runOnce } from '../../platform/jobs/testing/run-once.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { createDataKey, type DataKey, openDataKeys } from '../data-keys.ts';
import { type KeyringDeps, openKeyring } from '../keyring.ts';
import { findRecoveryKits } from '../recovery-kit.ts';
import { startPassphraseChange, startRotation } from './change.ts';
import { giveUpPassphraseChange, passphraseChangeJob } from './passphrase-change.ts';
import { giveUpRotation, keyRotationJob } from './rotation.ts';

const cost = { memoryKiB: 8, iterations: 1, parallelism: 1 };
const FIRST = 'the first passphrase of all';
const SECOND = 'another passphrase entirely';
const now = () => new Date('2026-11-23T10:00:00Z');
/** For a machine that is busy with other things. */
const PATIENCE_MS = 60_000;

describe.each(testEngines())('rotation on $name', ({ create }) => {
  let database: TestDatabase;
  let dataDir: string;
  const events = createLocalBus(() => undefined);

  beforeAll(async () => {
    database = await create();
    await database.db.query(sql`insert into users (username, display_name, role, password_hash)
      values ('ada', 'Ada', 'admin', 'x')`);
  });
  afterAll(() => database?.close());
  beforeEach(async () => {
    await database.db.query(sql`truncate key_encryption_keys, data_keys, jobs cascade`);
    dataDir = await mkdtemp(join(tmpdir(), 'rotation-'));
    return () => rm(dataDir, { recursive: true });
  });

  /** A console of its own in the folder `name`, its queue not started: the test runs the jobs itself. */
  async function openConsole(name: string, passphrase: string | undefined = FIRST) {
    const { db } = database;
    const home = join(dataDir, name);
    const options: KeyringDeps = { db, dataDir: home, randomBytes, now, cost, passphrase };
    const { keyring } = await openKeyring(options);
    const jobs = createJobQueue({ db, events, log: pino({ level: 'silent' }), now });
    const config = { version: '0', dataDir: home, allowedHosts: [], sessionIdleHours: 1, sessionMaxHours: 1 };
    return { db, events, keyring, jobs, randomBytes, now, dataDir: home, config: { ...config, passphraseCost: cost } };
  }
  type Console = Awaited<ReturnType<typeof openConsole>>;
  const request = (passphrase: string | null) => ({ passphrase, askedBy: { userId: 1, username: 'ada' } });
  const ask = async (console_: Console, passphrase: string | null = SECOND) => {
    const job = await startRotation(console_, request(passphrase), async () => undefined);
    return runnerOf(console_, job.id);
  };
  const inputOf = async (jobId: number) => {
    const { rows } = await database.db.query<{ input: unknown }>(sql`select input from jobs where id = ${jobId}`);
    return rows[0]!.input;
  };
  /** Runs the job's handler once; `stop` is told the progress and may end it. */
  const runnerOf =
    (console_: Console, jobId: number) =>
    async (stop?: (done: number) => JobStopped['why'] | undefined, by: Console = console_) => {
      const abort = new AbortController();
      await runOnce(keyRotationJob(by), giveUpRotation(by), {
        jobId,
        input: await inputOf(jobId),
        createdBy: 1,
        signal: abort.signal,
        progress: (done) => {
          const why = stop?.(done);
          if (why) abort.abort(new JobStopped(why));
        },
      });
    };
  const endJobs = () => database.db.query(sql`update jobs set state = 'succeeded'`);
  const dataKeys = async (console_: Console, count: number) => {
    const made: DataKey[] = [];
    await database.db.transaction(systemScope, async (tx) => {
      for (let i = 0; i < count; i++) made.push(await createDataKey(tx, console_.keyring, console_));
    });
    return made;
  };
  const expectAllOpen = async (console_: Console, made: DataKey[]) => {
    const opened = await openDataKeys(
      database.db,
      console_.keyring,
      made.map(({ id }) => id),
    );
    for (const { id, key } of made) expect(Buffer.compare(opened.get(id)!, key)).toBe(0);
  };
  const left = async () => {
    const { rows } = await database.db.query<{ pending: number; rewraps: number; active: number }>(sql`
      select (select count(*) from key_encryption_keys where pending) as pending,
        (select count(*) from data_key_rewraps) as rewraps,
        (select count(*) from key_encryption_keys where retired_at is null and not pending) as active`);
    return rows[0]!;
  };
  /** The first start leaves one, too. */
  const kitsOf = async (console_: Console) => (await findRecoveryKits(console_.dataDir)).map(({ name }) => name);
  const clean = { pending: 0, rewraps: 0, active: 1 };

  it(
    'wraps every data key anew, retires the former key, and makes other consoles enrol again',
    async () => {
      const one = await openConsole('one');
      const two = await openConsole('two');
      const made = await dataKeys(one, 5);
      const former = { id: one.keyring.kekId(), kek: one.keyring.kek().slice() };
      await (await ask(one, null))();
      expect(one.keyring.kekId()).toBeGreaterThan(former.id);
      expect(one.keyring.kek()).not.toEqual(former.kek);
      await expectAllOpen(one, made);
      expect(await left()).toEqual(clean);
      const { rows } = await database.db.query(
        sql`select retired_at, length(wrapped_key) as length from key_encryption_keys where id = ${former.id}`,
      );
      expect(rows).toEqual([{ retired_at: now(), length: 0 }]);
      const kits = await findRecoveryKits(one.dataDir);
      expect(kits).toHaveLength(1);
      const passphrase = /[0-9A-Z]{4}(-[0-9A-Z]{4}){6}/.exec(await readFile(kits[0]!.path, 'utf8'))![0];

      // The other one still holds the former key: it opens nothing, and says what to do.
      await expect(openDataKeys(database.db, two.keyring, [made[0]!.id])).rejects.toMatchObject({
        code: 'not-enrolled',
      });
      await expect(createDataKey(database.db, two.keyring, two)).rejects.toMatchObject({ code: 'not-enrolled' });
      await two.keyring.refresh();
      expect(two.keyring.state()).toBe('not-enrolled');
      expect(() => two.keyring.kek()).toThrow(/rotated.*Enrol this console again/);
      await expect(two.keyring.enrol(FIRST)).rejects.toMatchObject({ code: 'validation-failed' });
      await two.keyring.enrol(passphrase);
      await expectAllOpen(two, made);
      // Neither leaves the former key behind, in whatever file and form.
      const files = (await readdir(dataDir, { recursive: true, withFileTypes: true })).filter((one_) => one_.isFile());
      expect(files.length).toBeGreaterThan(2);
      for (const { parentPath, name } of files) {
        const bytes = await readFile(join(parentPath, name));
        for (const form of ['base64', 'hex', 'latin1'] as const)
          expect([name, bytes.includes(Buffer.from(former.kek).toString(form), 0, 'latin1')]).toEqual([name, false]);
      }
      // And the console that rotated finds its new key after a restart.
      expect((await openConsole('one', '')).keyring.state()).toBe('ready');
    },
    PATIENCE_MS,
  );

  it(
    'goes on where it was stopped; meanwhile data keys are opened and made as before',
    async () => {
      const one = await openConsole('one');
      const made = await dataKeys(one, 603);
      const run = await ask(one);
      await expect(run((done) => (done >= 500 ? 'stopping' : undefined))).rejects.toBeInstanceOf(JobStopped);
      expect(await left()).toEqual({ pending: 1, rewraps: 500, active: 1 });
      await expectAllOpen(one, made);
      made.push(...(await dataKeys(one, 3)));
      // After a restart, and on another console that holds the key in use.
      await expect(run(() => 'lease-lost', await openConsole('one'))).rejects.toBeInstanceOf(JobStopped);
      expect((await left()).rewraps).toBe(500);
      const two = await openConsole('two');
      await run(undefined, two);
      await expectAllOpen(two, made);
      expect(await left()).toEqual(clean);
      // The one that was asked had put the new key aside, and goes over to it.
      await one.keyring.refresh();
      await expectAllOpen(one, made);
    },
    PATIENCE_MS,
  );

  it(
    'cancelled before the switch, or failed, it leaves nothing behind',
    async () => {
      const one = await openConsole('one');
      const made = await dataKeys(one, 3);
      const [first] = await kitsOf(one);
      const run = await ask(one);
      await expect(run(() => 'cancelled')).rejects.toBeInstanceOf(JobStopped);
      expect(await left()).toEqual(clean);
      expect(await kitsOf(one)).toEqual([first]);
      await expectAllOpen(one, made);
      await endJobs();

      await database.db.query(sql`update data_keys set wrapped_key = set_byte(wrapped_key, 20, 255 - get_byte(wrapped_key, 20))
      where id = ${made[1]!.id}`);
      await expect((await ask(one))()).rejects.toMatchObject({ code: 'corrupt-data', message: /data_keys/ });
      expect(await left()).toEqual(clean);
      await expectAllOpen(one, [made[0]!, made[2]!]);
      expect((await openConsole('one', '')).keyring.state()).toBe('ready');
    },
    PATIENCE_MS,
  );

  it('a crash between the switch and the console’s own file loses nothing', async () => {
    const one = await openConsole('one');
    const made = await dataKeys(one, 2);
    const run = await ask(one);
    const crashed = Object.create(one.keyring, {
      refresh: { value: () => Promise.reject(new Error('the power failed')) },
      kek: { value: () => one.keyring.kek() },
      kekId: { value: () => one.keyring.kekId() },
      stage: { value: one.keyring.stage.bind(one.keyring) },
    });
    await expect(run(undefined, { ...one, keyring: crashed })).rejects.toThrow('the power failed');
    const again = await openConsole('one', '');
    expect(again.keyring.state()).toBe('ready');
    await expectAllOpen(again, made);
    await run(undefined, again);
    await expectAllOpen(again, made);
  });

  it(
    'data keys made while it switches are under the key in use, or refused',
    async () => {
      const one = await openConsole('one');
      const writer = await openConsole('two');
      const run = await ask(one);
      const made: DataKey[] = [];
      let over = false;
      const writing = (async () => {
        while (!over) {
          const key = await createDataKey(database.db, writer.keyring, writer).catch((error: { code: string }) => {
            expect(error.code).toBe('not-enrolled');
            return null;
          });
          if (key) made.push(key);
        }
      })();
      while (made.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
      await run();
      over = true;
      await writing;
      await expectAllOpen(one, made);
    },
    PATIENCE_MS,
  );

  it('refuses a second change while one is under way', async () => {
    const one = await openConsole('one');
    await ask(one);
    await expect(ask(one)).rejects.toMatchObject({ code: 'conflict' });
    await expect(startPassphraseChange(one, request(null), async () => undefined)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await kitsOf(one)).toHaveLength(2);
  });

  it('changes the passphrase and leaves the key; cancelled, it stays as it was', async () => {
    const one = await openConsole('one');
    const two = await openConsole('two');
    const made = await dataKeys(one, 2);
    const change = async (why?: JobStopped['why']) => {
      const job = await startPassphraseChange(one, request(SECOND), async () => undefined);
      const abort = new AbortController();
      if (why) abort.abort(new JobStopped(why));
      const context = { jobId: job.id, input: await inputOf(job.id), createdBy: 1, signal: abort.signal };
      return runOnce(passphraseChangeJob(one), giveUpPassphraseChange(one), {
        ...context,
        progress: () => undefined,
      }).finally(endJobs);
    };
    await expect(change('cancelled')).rejects.toBeInstanceOf(JobStopped);
    await expect(two.keyring.enrol(SECOND)).rejects.toMatchObject({ code: 'validation-failed' });
    await change();
    await two.keyring.refresh();
    expect(two.keyring.state()).toBe('ready');
    await expect(two.keyring.enrol(FIRST)).rejects.toMatchObject({ code: 'validation-failed' });
    await two.keyring.enrol(SECOND);
    await expectAllOpen(two, made);
    const [kit] = await findRecoveryKits(one.dataDir);
    expect(await readFile(kit!.path, 'utf8')).not.toContain(SECOND);
  });
});
