import { createConsoleStatusEngine } from '../src-main/core/app/console-status-engine.ts';
import { connectionConfig, poolSize } from '../src-main/core/platform/db/connection.ts';
import { openDatabase } from '../src-main/core/platform/db/database.ts';
import { workerParent } from '../src-main/core/platform/workers/parent.ts';
import type { StatusEngineDeps } from '../src-main/core/status/engine.ts';
import type { StatusEngineWorkerData } from '../src-main/core/status/worker-data.ts';

// Entry of a worker: this console's status engine, with database connections of its own.
const host = await workerParent<StatusEngineWorkerData>();
const { say } = host;
const { connection } = host.data;
let clockOffsetMs = host.data.clockOffsetMs ?? 0;

const log: StatusEngineDeps['log'] = (level, message, fields) => say({ type: 'log', level, message, fields });

const db = openDatabase({
  engine: connection.engine,
  connection: { ...connectionConfig(connection), max: poolSize(connection, 'status-engine') },
  onError: (error) => log('warn', 'a database connection was lost', { error: error.message }),
});
const engine = createConsoleStatusEngine({
  db,
  now: () => new Date(Date.now() + clockOffsetMs),
  log,
  publish: (event) => say({ type: 'event', event }),
  onState: (state) => say({ type: 'state', state }),
});

host.onMessage(async (message) => {
  if (message.type === 'poke') engine.poke();
  if (message.type === 'clock') clockOffsetMs = message.offsetMs;
  if (message.type === 'connections') db.limitConnections(poolSize({ ...connection, ...message }, 'status-engine'));
  if (message.type !== 'stop') return;
  await engine.stop();
  await db.close();
  say({ type: 'state', state: { is: 'stopped' } });
  host.close();
});
say({ type: 'state', state: { is: 'starting' } });
engine.start();
