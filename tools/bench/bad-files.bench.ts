import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { zipStream } from '../../src-main/core/platform/files/zip-stream.ts';
import { testConsole } from '../../src-main/core/testing/console.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import { type Figure, less } from './figure.ts';

const MIB = 1024 * 1024;
/** How long the core's event loop may stand still, whatever a file holds. */
const GOAL_MS = 50;

async function* sheetOf(megabytes: number, cell: string) {
  yield '<worksheet><sheetData>';
  const row = `<row>${cell.repeat(Math.ceil(MIB / cell.length))}</row>`;
  for (let i = 0; i < megabytes; i++) yield row;
  yield '</sheetData></worksheet>';
}

async function workbook(sheet: AsyncIterable<string>): Promise<Uint8Array> {
  async function* parts() {
    yield { name: '[Content_Types].xml', text: ['<Types/>'] };
    yield { name: 'xl/workbook.xml', text: ['<workbook><sheets><sheet name="a" sheetId="1"/></sheets></workbook>'] };
    yield { name: 'xl/worksheets/sheet1.xml', text: sheet };
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of zipStream(parts())) pieces.push(piece);
  return Buffer.concat(pieces);
}

const files: Record<string, () => Uint8Array | Promise<Uint8Array>> = {
  'a good file of 20,000 rows': () => Buffer.from(`mac,serial\n${'0A0000000001,SN-1\n'.repeat(20_000)}`),
  'a CSV of 16 MB without a line break': () => Buffer.alloc(16 * MIB, 'x'),
  'a CSV of 16 MB of quotes': () => Buffer.alloc(16 * MIB, '"'),
  'rows of a million delimiters': () => Buffer.from(`mac,serial\n${`${','.repeat(1_000_000)}\n`.repeat(16)}`),
  'cells of 1 MB of spaces': () => Buffer.from(`mac,serial\n${`x${' '.repeat(1_000_000)}x,y\n`.repeat(16)}`),
  'JSON nested 100,000 deep': () => Buffer.from(`[${'['.repeat(100_000)}`),
  'random bytes': () => randomBytes(16 * MIB),
  'a workbook that unpacks to 300 MB': () => workbook(sheetOf(300, '<c><v>1</v></c>')),
  'a workbook of 100 MB of cells': () => workbook(sheetOf(100, '<c><v>1</v></c>')),
};

/** How long the core's event loop stands still at most while a stranger's file is read. */
export async function figures(): Promise<Figure[]> {
  const app = await testConsole(await testEngines().at(-1)!.create(), { readsElsewhere: true });
  const folder = await mkdtemp(join(tmpdir(), 'console-bench-'));
  try {
    // Made before, so that what making them leaves is not swept up on the core's time.
    for (const [name, make] of Object.entries(files)) await writeFile(join(folder, name), await make());
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    const as = await app.signIn('operations');
    const { body: batch } = await app.send('POST', '/key-batches', { as, body: { count: 1, label: 'Bench' } });
    await app.jobEnd(batch.id, as);
    const found: Figure[] = [];
    const idle = monitorEventLoopDelay({ resolution: 1 });
    idle.enable();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    idle.disable();
    // What the machine itself does to a loop that has nothing to do.
    const noise = { name: 'the same while idle', value: idle.max / 1e6 };
    found.push(less('goal for the longest delay', 'ms', GOAL_MS, noise));
    for (const name of Object.keys(files)) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const { body } = await app.send('POST', `/key-batches/${batch.resource.id}/manufactured-devices`, {
        as,
        body: Readable.toWeb(createReadStream(join(folder, name))) as ReadableStream<Uint8Array>,
        headers: { 'content-type': 'text/csv' },
      });
      if (body.id !== undefined) await app.jobEnd(body.id, as);
      delay.disable();
      found.push(less(`event loop's longest delay: ${name}`, 'ms', delay.max / 1e6, noise));
    }
    return found;
  } finally {
    await app.close();
    await rm(folder, { recursive: true });
  }
}
