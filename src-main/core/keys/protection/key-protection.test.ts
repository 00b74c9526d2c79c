import { readFile } from 'node:fs/promises';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyProtection } from '../../../../src-shared/contract/key-protection.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { openDataKeys } from '../data-keys.ts';
import { open } from '../envelope.ts';

const password = 'a password of ada';

describe.each(testEngines())('key protection on $name', ({ create }) => {
  let app: TestConsole;
  let admin: string;
  let operations: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    const { headers } = await app.send('POST', '/setup', { body: { username: 'ada', displayName: 'Ada', password } });
    admin = /console_session\w*=([^;]*)/.exec(headers.get('set-cookie') ?? '')![1]!;
    operations = await app.signIn('operations');
  });
  afterAll(() => app?.close());

  const post = (path: string, body: unknown = undefined, as = admin) =>
    app.send('POST', `/key-protection${path}`, { as, ...(body === undefined ? {} : { body }) });
  const state = async (as = admin): Promise<KeyProtection> => (await app.send('GET', '/key-protection', { as })).body;
  const generate = (count: number) =>
    app.send('POST', '/key-batches', { as: admin, body: { count, label: `${count} keys` } });
  const audited = async (action: string) =>
    (await app.send('GET', `/audit-entries?action=${action}`, { as: admin })).body.items;
  const jobIs = async (jobId: number, wanted: string) => {
    for (;;) {
      const { body } = await app.send('GET', `/jobs/${jobId}`, { as: admin });
      if (body.state === wanted) return body;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  /** Opens every private key there is. */
  const openAll = async () => {
    const { rows } = await app.parts.db.query<{ sealed: Buffer; id: string; dataKey: number }>(sql`
      select private_key as sealed, encode(hashed_advertisement_key, 'base64') as id, data_key_id as "dataKey" from trackers`);
    const keys = await openDataKeys(app.parts.db, app.parts.keyring, [...new Set(rows.map((row) => row.dataKey))]);
    for (const { sealed, id, dataKey } of rows)
      expect(open(keys.get(dataKey)!, { table: 'trackers', id }, sealed)).toHaveLength(28);
    return rows.length;
  };

  it('tells staff the state, and the recovery kit to administrators alone', async () => {
    const seen = await state();
    expect(seen).toMatchObject({ state: 'ready', problem: null, changingJobId: null, waitingJobs: 0 });
    expect(seen.where).toMatch(/console-key\.json$/);
    expect(seen.recoveryKit!.path).toMatch(/recovery-kit-\d+\.txt$/);
    expect((await state(operations)).recoveryKit).toBeNull();
    for (const path of ['/rotation', '/passphrase', '/enrolment', '/recovery-kit-downloads'])
      expect((await post(path, { password, passphrase: null }, operations)).status).toBe(403);
    expect((await app.send('GET', '/key-protection', { as: await app.signIn('warehouse') })).status).toBe(403);
  });

  it('locked, it refuses to generate, gives running jobs back, and lets them be cancelled', async () => {
    const running = (await generate(60_000)).body.id;
    await jobIs(running, 'running');
    const kek = app.parts.keyring.kek();
    const locked = await post('/lock', undefined, operations);
    expect(locked.body).toMatchObject({ state: 'locked', waitingJobs: 1 });
    expect(kek).toEqual(new Uint8Array(32));
    expect((await jobIs(running, 'queued')).error).toBeNull();
    const refused = await generate(1);
    expect([refused.status, refused.body.type]).toEqual([423, '/problems/key-locked']);
    expect(refused.body.detail).toMatch(/locked on this console\. Unlock/);
    expect((await post('/rotation', { password })).status).toBe(423);
    await app.send('POST', `/jobs/${running}/cancel`, { as: admin });
    await jobIs(running, 'cancelled');
    expect((await state()).waitingJobs).toBe(0);
  });

  it('unlocks with the person’s own password, and goes on with what waited', async () => {
    const wrong = await post('/unlock', { password: 'not the password' });
    expect([wrong.status, wrong.body.fields[0].path]).toEqual([422, 'password']);
    expect((await state()).state).toBe('locked');
    expect(await audited('auth.reauthentication-failed')).toHaveLength(1);
    expect((await post('/unlock', { password })).body.state).toBe('ready');
    const job = (await generate(300)).body.id;
    await post('/lock');
    await post('/unlock', { password });
    expect((await app.jobEnd(job, admin)).state).toBe('succeeded');
    expect(await openAll()).toBeGreaterThanOrEqual(300);
    expect(await audited('keys.lock')).toHaveLength(2);
    expect(await audited('keys.unlock')).toHaveLength(2);
  });

  it('rotates as a job, with a new recovery kit that is downloaded once and deleted', async () => {
    const before = await state();
    expect((await post('/rotation', { password: 'wrong', passphrase: null })).status).toBe(422);
    // What a change left that ended without being given up is in nobody's way.
    await app.parts.db.query(sql`
      insert into key_encryption_keys (kdf, wrapped_key, check_value, created_at, pending, wrapped_by_former)
      select kdf, wrapped_key, check_value, created_at, true, check_value from key_encryption_keys
      where retired_at is null`);
    await app.parts.db.query(sql`
      update key_encryption_keys set next_kdf = kdf, next_wrapped_key = wrapped_key where not pending`);
    const job = await post('/rotation', { password, passphrase: null });
    expect([job.status, job.body.kind]).toEqual([202, 'key-rotation']);
    expect((await app.jobEnd(job.body.id, admin)).result).toMatchObject({ keyEncryptionKeyId: before.key!.id + 2 });
    const after = await state();
    expect(after.key!.dataKeys).toBe(before.key!.dataKeys);
    expect(after.key!.id).not.toBe(before.key!.id);
    expect(after.recoveryKit!.path).not.toBe(before.recoveryKit!.path);
    expect(await openAll()).toBeGreaterThanOrEqual(300);
    expect((await audited('keys.rotated'))[0]).toMatchObject({ actor: 'ada', resourceId: String(after.key!.id) });
    expect((await app.send('GET', '/audit-entries/verification', { as: admin })).body.ok).toBe(true);

    expect((await post('/recovery-kit-downloads', { password: 'wrong' })).status).toBe(422);
    const kit = await readFile(after.recoveryKit!.path, 'utf8');
    const { body: ticket } = await post('/recovery-kit-downloads', { password });
    const other = await app.signIn('admin');
    const get = (as: string, of = ticket.ticket) => app.send('GET', `/protected-downloads/${of}`, { as });
    expect((await get(other)).status).toBe(404);
    const file = await get(admin);
    expect([file.status, file.body]).toEqual([200, kit]);
    expect(file.headers.get('content-disposition')).toContain('attachment; filename="recovery-kit-');
    expect((await get(admin)).body.detail).toMatch(/used already/);
    const late = (await post('/recovery-kit-downloads', { password })).body.ticket;
    app.clock.now = new Date(app.clock.now.getTime() + 60_000);
    expect((await get(admin, late)).status).toBe(404);
    expect((await get(admin, 'nonsense')).status).toBe(422);
    expect(await audited('protected-download.fetch')).toHaveLength(1);
    expect((await app.send('DELETE', '/key-protection/recovery-kit', { as: admin })).status).toBe(204);
    expect(await audited('keys.recovery-kit-delete')).toHaveLength(1);
    expect((await state()).recoveryKit).toBeNull();
    expect((await post('/recovery-kit-downloads', { password })).status).toBe(404);
  });

  it('changes the passphrase, and enrols with the new one alone', async () => {
    const passphrase = 'chosen by a person, not made';
    expect((await post('/passphrase', { password, passphrase: 'short' })).status).toBe(422);
    const job = await post('/passphrase', { password, passphrase });
    expect((await app.jobEnd(job.body.id, admin)).state).toBe('succeeded');
    const wrong = await post('/enrolment', { password, passphrase: 'not this one at all' });
    expect([wrong.status, wrong.body.fields[0].path]).toEqual([422, 'passphrase']);
    expect((await state()).state).toBe('ready');
    expect((await post('/enrolment', { password, passphrase })).body.state).toBe('ready');
    const { rows } = await app.parts.db.query<{ text: string }>(sql`
      select coalesce(string_agg(j.input::text || coalesce(j.result::text, ''), ' '), '') ||
        (select string_agg(details::text, ' ') from audit_entries) || (select coalesce(string_agg(response::text, ' '), '')
          from idempotency_keys) as text from jobs j`);
    for (const secret of [passphrase, password]) expect(rows[0]!.text).not.toContain(secret);
  });

  it('stops a person who guesses the password of another', async () => {
    for (let i = 0; i < 10; i++) await post('/unlock', { password: `guess ${i}` });
    expect((await post('/unlock', { password })).status).toBe(429);
  });
});
