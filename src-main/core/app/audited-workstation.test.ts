import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OperationId, routes } from '../../../src-shared/contract/routes.ts';
import { type BootedConsole, bootForTest, PASSWORD, removeFolder } from '../offline/testing/booted-console.ts';
import { centralEngine, type TestDatabase } from '../testing/database.ts';
import { startTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';

const dates = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };

describe.each([centralEngine()])('audit entries of a workstation of $name', ({ create }) => {
  let test: TestDatabase;
  let proxy: TcpProxy;
  let running: BootedConsole;
  beforeAll(async () => {
    test = await create();
    proxy = await startTcpProxy(test.connection);
    running = await bootForTest(proxy.url);
    await running.signIn('admin', PASSWORD);
  }, 120_000);
  afterAll(async () => {
    await running?.stop();
    await proxy?.close();
    await test?.close();
    if (running) await removeFolder(running.dataDir);
  });

  it('one each, whatever else is kept here alone', async () => {
    const entries = async () => {
      const { rows } = await test.db.query<{ action: string }>(
        sql`select action from audit_entries where actor = 'admin' order by sequence`,
      );
      return rows.map(({ action }) => action);
    };
    const writes = async (operation: OperationId, id: number | null, body?: unknown) => {
      const { method, path, status, audited } = routes[operation];
      const before = (await entries()).length;
      const answer = await running.send(method, path.replace(/\{\w+\}/, String(id)), body);
      expect([operation, answer.status, answer.body]).toEqual([operation, status, answer.body]);
      expect((await entries()).slice(before)).toEqual([audited]);
      return answer.body;
    };
    await writes('updateWorkstation', null, { scanner: { prefix: 'x', suffix: '' } });
    await writes('acknowledgeDamagedFile', 1);
    await writes('updateOfflineSettings', null, { signInDays: 5 });
    const target = { kind: 'area', west: 8, south: 47, east: 9, north: 48 };
    const { id } = await writes('pinReview', null, { target, label: 'a review', ...dates });
    await writes('refreshReview', id);
    await writes('unpinReview', id);
  });
});
