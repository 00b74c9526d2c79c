import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/database.ts';
import { insertKeyedTrackers, type KeyedTracker } from '../../testing/keyed-trackers.ts';
import { fetcherWorld, HOUR, MINUTE, T0 } from '../testing/fetcher-world.ts';
import { readLoginFile } from './read-login-file.ts';

const DAY = 24 * HOUR;
const auth = (token: string) => JSON.stringify({ dsid: '123', searchPartyToken: token });
const basic = (token: string) => `Basic ${Buffer.from(`123:${token}`).toString('base64')}`;

describe.each(testEngines())('logins from files on $name', ({ create }) => {
  const { world, newFetcher, addAccount, upload, sourceRow, countOf } = fetcherWorld(create);
  let folder: string;
  let path: string;
  let tracker: KeyedTracker;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'login-file-'));
    path = join(folder, 'auth.json');
    tracker = (await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId }))[0]!;
    upload(tracker, HOUR);
    await addAccount();
    await world.db.query(sql`update report_sources set login_file = ${path}`);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Writes the file in place, as of a time of the test's clock. */
  const write = async (text: string, at = world.now) => {
    await writeFile(path, text);
    await utimes(path, at / 1000, at / 1000);
  };
  const replace = async (text: string, at = world.now) => {
    const other = join(folder, `next-${text.length}`);
    await writeFile(other, text);
    await utimes(other, at / 1000, at / 1000);
    await rename(other, path);
  };
  const loginsUsed = () => world.server.requests.map(({ headers }) => headers.authorization);

  it('takes over the file, and the one that is put in its place', async () => {
    await write(auth('first'), T0 - DAY);
    const fetcher = newFetcher();
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({
      login_from: 'file',
      login_set_at: new Date(T0 - DAY),
      login_file_read_at: new Date(T0),
      login_file_error: null,
    });
    world.now += MINUTE;
    await fetcher.cycle();
    expect(loginsUsed()).toEqual([basic('first')]);
    expect(await sourceRow()).toMatchObject({ login_worked_at: new Date(world.now) });
    // As long as the one before, and as old: only that it is another file tells.
    await replace(auth('other'), T0 - DAY);
    world.now += HOUR;
    await fetcher.cycle();
    expect(loginsUsed()).toEqual([basic('first'), basic('other')]);
    expect(await countOf(tracker)).toBe(1);
    const stored = await sourceRow();
    expect((stored.credentials as Buffer).includes('other')).toBe(false);
    expect(JSON.stringify(world.logged)).not.toMatch(/other|first/);
  });

  it('leaves a half-written file alone, and says what is wrong with one that stays so', async () => {
    await write(auth('first'));
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += 2000;
    await write(auth('second').slice(0, 20));
    await fetcher.cycle();
    await write('');
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({ login_file_error: null, login_from: 'file' });
    world.now += 11_000;
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({
      login_file_error: 'The login file is not JSON. Log in again with the tool that writes it.',
    });
    // What it had before still serves.
    world.now += MINUTE;
    await fetcher.cycle();
    expect(loginsUsed()).toEqual([basic('first')]);
    await write(auth('second'));
    world.now += HOUR;
    await fetcher.cycle();
    expect(loginsUsed().at(-1)).toBe(basic('second'));
    expect(await sourceRow()).toMatchObject({ login_file_error: null });
  });

  it('reads it again at once when the login is refused, and asks once more in the same turn', async () => {
    await write(auth('first'), T0 - 3 * DAY);
    // The tool writes it while the request is under way: nobody looks round between the writing and the refusal.
    const fetcher = newFetcher(world.keys, async (...request) => {
      const response = await fetch(...request);
      if (response.status === 401) await replace(auth('second'));
      return response;
    });
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    world.now += HOUR;
    world.server.faults.push({ status: 401 });
    await fetcher.cycle();
    expect(loginsUsed()).toEqual([basic('first'), basic('first'), basic('second')]);
    expect(await sourceRow()).toMatchObject({
      circuit: 'closed',
      failures: 0,
      last_error: null,
      login_refused_at: null,
      login_worked_at: new Date(world.now),
    });
  });

  it('learns how long logins last from those that were refused in the end', async () => {
    await write(auth('first'), T0 - 3 * DAY);
    const fetcher = newFetcher();
    await fetcher.cycle();
    world.now += MINUTE;
    await fetcher.cycle();
    const worked = world.now;
    world.server.faults.push({ status: 401 });
    world.now += HOUR;
    await fetcher.cycle();
    // The first 401 may be a whim; asked again at once, the source answers.
    expect(await sourceRow()).toMatchObject({ login_refused_at: null, circuit: 'closed' });
    world.server.faults.push({ status: 401 }, { status: 401 });
    const again = world.now;
    world.now += HOUR;
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({ login_refused_at: new Date(world.now), circuit: 'open' });
    expect(again).toBeGreaterThan(worked);
    await replace(auth('second'));
    await fetcher.cycle();
    const row = await sourceRow();
    expect(row).toMatchObject({ circuit: 'closed', login_refused_at: null, login_set_at: new Date(world.now) });
    expect((row.login_lasted as number[])[0]).toBeCloseTo((again - (T0 - 3 * DAY)) / DAY, 6);
    // One that is replaced while it works tells nothing of how long it would have lasted.
    await replace(auth('third one'));
    await fetcher.cycle();
    expect((await sourceRow()).login_lasted).toHaveLength(1);
  });

  it('says that there is no file, unless another console has read it lately', async () => {
    const fetcher = newFetcher();
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({
      login_file_error: expect.stringContaining('There is no login file at this path'),
    });
    await world.db.query(
      sql`update report_sources set login_file_read_at = ${new Date(world.now)}, login_file_error = null`,
    );
    world.now += 6 * MINUTE;
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({ login_file_error: null });
    await write(auth('first'));
    await fetcher.cycle();
    expect(await sourceRow()).toMatchObject({ login_from: 'file' });
  });
});

describe('a login file', () => {
  it.each([
    ['[]', 'has no "dsid"'],
    ['{"dsid":"1"}', 'has no "searchPartyToken"'],
    ['secret, not JSON', 'is not JSON'],
    ['x'.repeat(70_000), 'far too large'],
  ])('that holds %s is refused without repeating it', async (text, words) => {
    const folder = await mkdtemp(join(tmpdir(), 'login-file-'));
    const path = join(folder, 'auth.json');
    await writeFile(path, text);
    const read = await readLoginFile(path, new Date(Date.now() + HOUR));
    expect(read).toEqual({ kind: 'problem', message: expect.stringContaining(words) });
    expect(JSON.stringify(read)).not.toContain('secret');
    expect(await readLoginFile(folder, new Date())).toMatchObject({ kind: 'problem' });
    expect(await readLoginFile(join(folder, 'none.json'), new Date())).toEqual({ kind: 'missing' });
    await rm(folder, { recursive: true });
  });
});
