import { workerParent } from '../../workers/parent.ts';
import { isWatcher, watchMemory } from '../../workers/watch-memory.ts';
import type { FileRow, FromReader, ReaderData, ToReader } from '../row-file.ts';
import { serveRows } from '../serve-rows.ts';

/** A reader whose parser does what its options say, as a stranger's file may make it do. */
export interface OddOptions {
  when: 'open' | 'rows';
  does: 'spins' | 'fills buffers' | 'fills the heap' | 'crashes' | 'counts';
}

if (!isWatcher()) {
  const host = await workerParent<ReaderData, ToReader, FromReader>();
  watchMemory(import.meta.url, host.data.limits.memoryMb);
  serveRows(host, async (_bytes, given) => {
    const options = given as OddOptions;
    if (options.when === 'open') misbehave(options.does);
    return Object.assign({ pid: process.pid }, { rows: () => rows(options) });
  });
}

async function* rows({ does, when }: OddOptions): AsyncGenerator<FileRow, void, undefined> {
  if (when === 'rows') misbehave(does);
  for (let row = 2; ; row++) yield { row, cells: [String(row), 'x'.repeat(20_000), ...Array(2_000).fill('')] };
}

function misbehave(does: OddOptions['does']): void {
  if (does === 'counts') return;
  if (does === 'crashes') process.exit(3);
  const kept: unknown[] = [];
  for (;;) {
    if (does === 'fills buffers') kept.push(Buffer.alloc(1024 * 1024, 1));
    if (does === 'fills the heap') kept.push(new Array(10_000).fill(kept.length + 0.5));
  }
}
