import {
  closeSync,
  cpSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import type { Random } from '../../../src-main/demo/simulator/random.ts';
import { DurableFs, type HostFiles } from '../durable-fs.ts';

/** What was done to the files, in order; paths are relative to the data directory. */
type Change =
  | { kind: 'write'; path: string; position: number; bytes: Uint8Array }
  | { kind: 'size'; path: string; size: number }
  | { kind: 'make'; path: string; isFolder: boolean }
  | { kind: 'move'; from: string; to: string }
  | { kind: 'remove'; path: string }
  | { kind: 'sync'; path: string };

const FILE_TYPE = 0o170000;
const FOLDER = 0o040000;
/** What a disk writes as one. The engine's pages have two of them, so that one can be torn. */
const BLOCK = 4096;

/** Writes through to the real files, and notes what a disk would have in its cache. */
export class RecordingFs extends DurableFs {
  readonly changes: Change[] = [];

  protected override hook(files: HostFiles): void {
    super.hook(files);
    const { node_ops: nodes, stream_ops: streams } = files;
    const { mknod, rename, unlink, rmdir, setattr } = nodes;
    const { write, fsync } = streams;
    const at = (path: string) => relative(this.rootDir, path);
    const inside = (parent: Parameters<typeof mknod>[0], name: string) => at(join(files.realPath(parent), name));
    nodes.mknod = (parent, name, mode, device) => {
      const made = mknod(parent, name, mode, device);
      this.changes.push({ kind: 'make', path: inside(parent, name), isFolder: (mode & FILE_TYPE) === FOLDER });
      return made;
    };
    nodes.rename = (node, folder, name) => {
      const from = at(files.realPath(node));
      rename(node, folder, name);
      this.changes.push({ kind: 'move', from, to: inside(folder, name) });
    };
    nodes.unlink = (parent, name) => {
      unlink(parent, name);
      this.changes.push({ kind: 'remove', path: inside(parent, name) });
    };
    nodes.rmdir = (parent, name) => {
      rmdir(parent, name);
      this.changes.push({ kind: 'remove', path: inside(parent, name) });
    };
    nodes.setattr = (node, attributes) => {
      setattr(node, attributes);
      if (attributes.size !== undefined)
        this.changes.push({ kind: 'size', path: at(files.realPath(node)), size: attributes.size });
    };
    streams.write = (file, memory, offset, length, position) => {
      const written = write(file, memory, offset, length, position);
      const bytes = new Uint8Array(memory.buffer, offset, written).slice();
      this.changes.push({ kind: 'write', path: at(files.realPath(file.node)), position, bytes });
      return written;
    };
    streams.fsync = (file) => {
      const result = fsync?.(file) ?? 0;
      this.changes.push({ kind: 'sync', path: at(files.realPath(file.node)) });
      return result;
    };
  }
}

/**
 * Makes `image` what a disk may hold when the power is cut after `cut` of the changes to `base`. Names and sizes are kept
 * by a journal, in order: up to the last sync of anything, and then as far as chance has it. Of what was written to a file
 * since its own last sync, chance keeps any blocks. So does ext4 without ordered data, which promises the least.
 */
export function afterPowerCut(
  base: string,
  image: string,
  changes: readonly Change[],
  cut: number,
  random: Random,
): void {
  cpSync(base, image, { recursive: true });
  const done = changes.slice(0, cut);
  const lastSync = done.findLastIndex(({ kind }) => kind === 'sync');
  const journalled = lastSync + random.below(done.length - lastSync + 1);
  const synced = syncedUntil(done);
  for (const [index, change] of done.entries()) {
    if (change.kind === 'sync') continue;
    if (change.kind === 'write')
      writeBlocks(join(image, change.path), change, () => index < synced(index) || random.chance(0.5));
    else if (index <= journalled) applyName(image, change);
  }
}

/** For each write, the place of the last sync of its file after it, by whatever name it had then; -1 without one. */
function syncedUntil(changes: readonly Change[]): (index: number) => number {
  const last = new Map<number, number>();
  const fileOf: number[] = [];
  const named = new Map<string, number>();
  let files = 0;
  const idOf = (path: string) => {
    const known = named.get(path);
    if (known !== undefined) return known;
    named.set(path, ++files);
    return files;
  };
  for (const [index, change] of changes.entries()) {
    if (change.kind === 'write') fileOf[index] = idOf(change.path);
    else if (change.kind === 'sync') last.set(idOf(change.path), index);
    else if (change.kind === 'make') named.set(change.path, ++files);
    else if (change.kind === 'remove') named.delete(change.path);
    else if (change.kind === 'move') {
      named.set(change.to, idOf(change.from));
      named.delete(change.from);
    }
  }
  return (index) => last.get(fileOf[index] as number) ?? -1;
}

function writeBlocks(path: string, { position, bytes }: Change & { kind: 'write' }, isKept: () => boolean): void {
  // Its name was never journalled.
  if (!existsSync(path)) return;
  const file = openSync(path, 'r+');
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + BLOCK - ((position + at) % BLOCK));
    if (isKept()) writeSync(file, bytes, at, end - at, position + at);
    at = end;
  }
  closeSync(file);
}

function applyName(image: string, change: Exclude<Change, { kind: 'write' | 'sync' }>): void {
  const at = (path: string) => join(image, path);
  if (change.kind === 'make') {
    if (change.isFolder) mkdirSync(at(change.path));
    else closeSync(openSync(at(change.path), 'w'));
  } else if (change.kind === 'move') renameSync(at(change.from), at(change.to));
  else if (change.kind === 'remove') rmSync(at(change.path), { recursive: true });
  else {
    const file = openSync(at(change.path), 'r+');
    ftruncateSync(file, change.size);
    closeSync(file);
  }
}
