import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 10 * 1024 * 1024;
const FILES = 5;

export interface LogFile {
  write(line: string): void;
  close(): void;
}

/**
 * A log file of bounded size. A line that would make it too large goes into a new one: `console.log` becomes
 * `console.1.log`, that one `console.2.log`, and the last is deleted. Written at once, so that a crash loses nothing; a
 * full disk costs log lines, never the console.
 */
export function openLogFile(path: string, limits: { maxBytes?: number; files?: number } = {}): LogFile {
  const { maxBytes = MAX_BYTES, files = FILES } = limits;
  const earlier = (n: number) => (n === 0 ? path : path.replace(/(\.[^./\\]*)?$/, `.${n}$1`));
  mkdirSync(dirname(path), { recursive: true });
  let file = openSync(path, 'a', 0o600);
  let size = fstatSync(file).size;

  const rotate = () => {
    closeSync(file);
    try {
      rmSync(earlier(files - 1), { force: true });
      for (let n = files - 2; n >= 0; n--) rename(earlier(n), earlier(n + 1));
    } finally {
      file = openSync(path, 'a', 0o600);
      size = fstatSync(file).size;
    }
  };
  /** A file that somebody holds open (Windows) is moved with a later line; until then this one grows to twice its size. */
  const rotateOrGrow = () => {
    try {
      rotate();
    } catch (error) {
      if (size >= 2 * maxBytes) throw error;
    }
  };
  return {
    write(line) {
      try {
        const bytes = Buffer.from(line);
        if (size > 0 && size + bytes.length > maxBytes) rotateOrGrow();
        size += writeSync(file, bytes);
      } catch (error) {
        process.stderr.write(`a line was not written to ${path}: ${(error as Error).message}\n`);
      }
    },
    close: () => closeSync(file),
  };
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // There aren't as many files yet.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
