import type { FromPacker, PackerData } from '../src-main/core/map/packs/pack-process.ts';
import { isWatcher, watchMemory } from '../src-main/core/platform/workers/watch-memory.ts';

// Entry of the process that takes the tiles of one map pack and ends. What it reads comes from strangers, and it may die of
// it; it has no way to the database and no keys. A thread of it watches how much memory it takes.
if (!isWatcher()) {
  const { workerParent } = await import('../src-main/core/platform/workers/parent.ts');
  const { takeTiles } = await import('../src-main/core/map/packs/take-tiles.ts');
  const { PackProblem } = await import('../src-main/core/map/packs/judge-tile.ts');
  const { createConnector } = await import('../src-main/core/platform/http/connector.ts');
  const host = await workerParent<PackerData, never, FromPacker>();
  const { order, allowsPrivate, memoryMb } = host.data;
  watchMemory(import.meta.url, memoryMb);
  const connect = createConnector({ allowsPrivate: async () => allowsPrivate });
  await takeTiles(order, { connect, signal: new AbortController().signal }).then(
    () => host.say({ type: 'done' }),
    (error: unknown) =>
      host.say({
        type: 'failed',
        isProblem: error instanceof PackProblem,
        message: error instanceof Error ? error.message : String(error),
      }),
  );
  host.close();
}
