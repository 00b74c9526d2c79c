import { parentPort, workerData } from 'node:worker_threads';
import { connectionConfig } from '../src-main/core/db/connection.ts';
import { openDatabase } from '../src-main/core/db/database.ts';
import { createStatusEngine, type StatusEngineDeps } from '../src-main/core/status/engine.ts';
import type { HostMessage, StatusEngineWorkerData, WorkerMessage } from '../src-main/core/workers/protocol.ts';

// Entry of a worker thread: the status engine of this console, with a connection of its own.
if (!parentPort) throw new Error('the status engine runs as a worker thread');
const port = parentPort;
const { connection } = workerData as StatusEngineWorkerData;

const say = (message: WorkerMessage) => port.postMessage(message);
const log: StatusEngineDeps['log'] = (level, message, fields) => say({ type: 'log', level, message, fields });

const db = openDatabase({
  engine: connection.engine,
  connection: { ...connectionConfig(connection), max: 2 },
  onError: (error) => log('warn', 'a database connection was lost', { error: error.message }),
});
const engine = createStatusEngine({
  db,
  now: () => new Date(),
  log,
  publish: (event) => say({ type: 'event', event }),
  onState: (state) => say({ type: 'state', state }),
});

port.on('message', async (message: HostMessage) => {
  if (message.type === 'poke') engine.poke();
  if (message.type !== 'stop') return;
  await engine.stop();
  await db.close();
  say({ type: 'state', state: 'stopped' });
  port.close();
});
engine.start();
