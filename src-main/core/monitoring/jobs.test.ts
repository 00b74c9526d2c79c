import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JobKind, jobKinds } from '../../../src-shared/contract/job-kinds.ts';
import { roles } from '../../../src-shared/contract/roles.ts';
import { insertJob } from '../platform/jobs/jobs-store.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

const [engine] = testEngines();
const staff = roles.filter((role) => role !== 'client-viewer');
const adminKinds: readonly JobKind[] = ['key-rotation', 'passphrase-change', 'report-stamping'];

describe('stopping a job', () => {
  let app: TestConsole;
  const tokens = new Map<string, string>();
  const ids = new Map<string, number>();
  beforeAll(async () => {
    app = await testConsole(await engine!.create());
    // Nobody takes the jobs up.
    await app.parts.jobs.stop();
    for (const role of staff) {
      const token = await app.signIn(role);
      tokens.set(role, token);
      ids.set(role, (await app.send('GET', '/auth/session', { as: token })).body.user.id);
    }
  });
  afterAll(() => app?.close());
  const add = (kind: JobKind, createdBy: number | null) =>
    insertJob(
      app.parts.db,
      { kind, label: kind, unit: 'keys', total: null, input: {}, resource: null, createdBy },
      app.clock.now,
    );
  const cancel = (jobId: number, role: string) =>
    app.send('POST', `/jobs/${jobId}/cancel`, { as: tokens.get(role)! }).then(({ status }) => status);

  it.each(jobKinds.filter((kind) => kind !== 'refold'))('of kind %s is for who may start it, or did', async (kind) => {
    for (const role of staff) {
      const mayStart = role === 'admin' || (role === 'operations' && !adminKinds.includes(kind));
      const somebodys = await add(kind, ids.get('admin')!);
      expect([role, await cancel(somebodys, role)]).toEqual([role, mayStart ? 200 : 403]);
      // Started before their role was changed.
      expect([role, await cancel(await add(kind, ids.get(role)!), role)]).toEqual([role, 200]);
    }
  });
});
