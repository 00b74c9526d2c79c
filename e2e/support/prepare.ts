import { cp } from 'node:fs/promises';
import { centralEngine } from '../../src-main/core/testing/database.ts';
import { servers } from '../../src-main/core/testing/servers.ts';
import { startHeadless, temporaryDataDir } from './console.ts';

/**
 * Starts a new console once for all specs and keeps its data: an administrator, keys, a recovery kit, and an empty
 * database. A copy starts in a fraction of the time (`preparedDataDir`), and where there is a server its database is
 * there: the embedded engine works several times as long for each query, and the demo and the life cycles show it.
 */
export default async function prepare(): Promise<() => Promise<void>> {
  const made = await temporaryDataDir();
  const kept = await temporaryDataDir();
  const central = servers.databaseUrl() === null ? null : await centralEngine().create();
  const url = central?.connection.engine === 'postgresql' ? central.connection.url : '';
  const running = await startHeadless({ dataDir: made.dataDir, env: { DATABASE_URL: url } });
  await running.stop();
  await cp(made.dataDir, kept.dataDir, { recursive: true });
  await made.remove();
  process.env.E2E_PREPARED_DIR = kept.dataDir;
  if (central) process.env.E2E_PREPARED_DATABASE = new URL(url).pathname.slice(1);
  return async () => {
    await central?.close();
    await kept.remove();
  };
}
