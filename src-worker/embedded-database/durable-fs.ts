import { closeSync, fsyncSync, openSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** Emscripten's file system on Node's files, as far as the hooks use it; its own types leave all of this out. */
export interface HostFiles {
  node_ops: {
    mknod(parent: FileNode, name: string, mode: number, device: number): FileNode;
    rename(node: FileNode, folder: FileNode, name: string): void;
    unlink(parent: FileNode, name: string): void;
    rmdir(parent: FileNode, name: string): void;
    setattr(node: FileNode, attributes: { size?: number }): void;
  };
  stream_ops: {
    write(file: OpenFile, memory: Int8Array, offset: number, length: number, position: number): number;
    fsync?(file: OpenFile): number;
  };
  realPath(node: FileNode): string;
  /** Turns a Node error into the errno that the engine expects. */
  tryFSOperation<T>(operation: () => T): T;
}
interface FileNode {
  mode: number;
}
/** `nfd` is Node's descriptor; folders have none. */
interface OpenFile {
  node: FileNode;
  nfd?: number;
}

type Init = NodeFS['init'];

/**
 * PGlite 0.5.8 on Node's files, with an fsync that reaches the disk: its own has none, so that whatever the engine is
 * told, nothing is ever synced. A failed sync fails the engine, as PostgreSQL wants it.
 */
export class DurableFs extends NodeFS {
  override async init(...[engine, options]: Parameters<Init>): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(engine, options);
    const preRun: typeof emscriptenOpts.preRun = [
      ...(emscriptenOpts.preRun ?? []),
      ({ FS }) => this.hook(FS.filesystems.NODEFS as unknown as HostFiles),
    ];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }

  protected hook(files: HostFiles): void {
    files.stream_ops.fsync = (file) => {
      files.tryFSOperation(() => {
        if (file.nfd === undefined) syncPath(files.realPath(file.node));
        else fsyncSync(file.nfd);
      });
      return 0;
    };
  }
}

/**
 * PGlite's own without `-F`, which means "no fsync". Its fdatasync is a stub that syncs nothing, so the log is synced by
 * fsync.
 */
export const durableStartParams: string[] = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
];

/** Syncs a file or folder. Windows has no descriptors of folders and keeps their entries by itself. */
export function syncPath(path: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (process.platform === 'win32') return;
    throw error;
  }
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
