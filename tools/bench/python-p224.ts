import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface PythonP224 {
  /** Measures one round: rates a second. */
  round(): Promise<{ pairs: number; derivedAndShared: number }>;
  close(): void;
}

/** Python's `cryptography` as a contender, one round when asked; null where it is not installed. */
export async function pythonP224(): Promise<PythonP224 | null> {
  const child = spawn('python3', [join(import.meta.dirname, 'python-p224.py')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('exit', () => resolve(null));
  });
  child.stdin.on('error', () => {});
  const lines = createInterface(child.stdout);
  const round = async () => {
    const line = once(lines, 'line').then(([text]) => String(text));
    child.stdin.write('\n');
    const text = await Promise.race([line, ended]);
    if (text === null) throw new Error('Python ended');
    const [pairs, derivedAndShared] = text.split(' ').map(Number) as [number, number];
    return { pairs, derivedAndShared };
  };
  try {
    await round();
  } catch {
    return null;
  }
  return { round, close: () => child.kill() };
}
