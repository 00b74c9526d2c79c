import { open, readFile } from 'node:fs/promises';

/** Whether this system shows a process's memory as Linux does: /proc/PID/maps and /proc/PID/mem. */
export const showsMemory = process.platform === 'linux';

const CHUNK = 16 * 1024 * 1024;

/**
 * Counts how often each needle stands in the readable memory of a process that this one started (others are refused by
 * the kernel). The process is not stopped meanwhile.
 */
export async function countInMemory(
  pid: number,
  needles: ReadonlyMap<string, Uint8Array>,
): Promise<Map<string, number>> {
  const found = new Map([...needles.keys()].map((name) => [name, 0]));
  const overlap = Math.max(...[...needles.values()].map((needle) => needle.length)) - 1;
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8');
  const memory = await open(`/proc/${pid}/mem`, 'r');
  const chunk = Buffer.allocUnsafeSlow(CHUNK);
  try {
    for (const line of maps.split('\n')) {
      const range = /^([0-9a-f]+)-([0-9a-f]+) r.*?(\[v\w+\])?$/.exec(line);
      if (!range || range[3]) continue;
      const end = Number.parseInt(range[2]!, 16);
      for (let at = Number.parseInt(range[1]!, 16); at < end; at += CHUNK - overlap) {
        // A range may have been given back since the list was made.
        const read = await memory.read(chunk, 0, Math.min(CHUNK, end - at), at).catch(() => ({ bytesRead: 0 }));
        const bytes = chunk.subarray(0, read.bytesRead);
        for (const [name, needle] of needles)
          for (let hit = bytes.indexOf(needle); hit >= 0; hit = bytes.indexOf(needle, hit + 1))
            found.set(name, found.get(name)! + 1);
      }
    }
  } finally {
    await memory.close();
    chunk.fill(0);
  }
  return found;
}
