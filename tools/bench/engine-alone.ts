import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { connectionConfig } from '../../src-main/core/platform/db/connection.ts';
import { startEmbedded } from '../../src-main/core/platform/db/embedded.ts';
import { preparedEngine } from '../../src-main/core/platform/db/prepared-engine.ts';

/** `engine-alone.ts DATABASE`: prints the megabytes of a process with the embedded engine alone, after it has been used. */
const SETTLE_MS = 20_000;
const root = join(import.meta.dirname, '..', '..');
const engine = await startEmbedded({
  workerUrl: pathToFileURL(join(root, 'src-worker', 'embedded-database.ts')),
  dataDir: process.argv[2]!,
  prepared: preparedEngine(root),
});
const client = new pg.Client(connectionConfig(engine.connection));
await client.connect();
const statements = [
  'select tracker_id, count(*), max(reported_at) from location_reports group by 1 order by 2 desc limit 50',
  `select count(*) from (select position from location_reports order by reported_at desc limit 2000) r
    join locations l on st_dwithin(r.position, l.position, 500)`,
  'select st_area(st_buffer(position, 100)) from locations',
];
for (let round = 0; round < 20; round++) for (const statement of statements) await client.query(statement);
await sleep(SETTLE_MS);
const megabytes = process.memoryUsage.rss() / 1024 / 1024;
await client.end();
await engine.close();
console.log(megabytes);
