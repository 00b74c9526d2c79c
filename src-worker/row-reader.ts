import type { FromReader, ReaderData, ToReader } from '../src-main/core/platform/files/row-file.ts';
import { isWatcher, watchMemory } from '../src-main/core/platform/workers/watch-memory.ts';

// Entry of the process that reads one file of a stranger (an import) and ends. It has no way to the database and no
// keys, and may die of the file. The file may hold private keys, so nothing that it says quotes it. The reader is loaded
// only where it is needed: a thread of this process watches how much memory it takes.
if (!isWatcher()) {
  const { workerParent } = await import('../src-main/core/platform/workers/parent.ts');
  const { serveRows } = await import('../src-main/core/platform/files/serve-rows.ts');
  const { openStrangersFile } = await import('../src-main/core/manufacturing/imports/import-file.ts');
  const host = await workerParent<ReaderData, ToReader, FromReader>();
  watchMemory(import.meta.url, host.data.limits.memoryMb);
  serveRows(host, openStrangersFile);
}
