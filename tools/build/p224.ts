import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// Compiles the P-224 arithmetic from AssemblyScript to out/, unless what is there is newer than every source: p224.wasm,
// and p224-fused.wasm with ECDH in floating point, both from the same sources.
//
//   node tools/build/p224.ts

const root = join(import.meta.dirname, '..', '..');
const sources = join(root, 'src-main', 'core', 'keys', 'p224', 'wasm');
const OPTIONS = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--converge', '--noAssert', '--disableWarning', '112'];

/** Builds the two modules where needed; returns their paths. Throws with the compiler's messages when one does not compile. */
export async function buildP224(): Promise<{ plain: string; fused: string }> {
  return {
    plain: await build('p224.wasm', []),
    fused: await build('p224-fused.wasm', ['--enable', 'relaxed-simd']),
  };
}

async function build(output: string, options: readonly string[]): Promise<string> {
  const target = join(root, 'out', output);
  if (await isCurrent(target)) return target;
  const { main } = await import('assemblyscript/asc');
  let binary: Uint8Array | null = null;
  const { error, stderr } = await main(['index.ts', '--outFile', output, ...OPTIONS, ...options], {
    // AssemblyScript is not TypeScript: the sources are named .as, so that no tool for TypeScript takes them for its own.
    readFile: (name) => readFile(join(sources, name.replace(/\.ts$/, '.as')), 'utf8').catch(() => null),
    writeFile: (name, contents) => {
      if (name === output && typeof contents !== 'string') binary = contents;
    },
    listFiles: () => [],
  });
  if (error || binary === null) throw new Error(`${output} was not built: ${error?.message}\n${stderr.toString()}`);
  // Whole or not at all, for those who read it meanwhile.
  await mkdir(join(root, 'out'), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  await writeFile(temporary, binary);
  await rename(temporary, target);
  return target;
}

async function isCurrent(target: string): Promise<boolean> {
  const built = await stat(target).catch(() => null);
  if (!built) return false;
  const files = [import.meta.filename, ...(await readdir(sources)).map((name) => join(sources, name))];
  const times = await Promise.all(files.map(async (path) => (await stat(path)).mtimeMs));
  return Math.max(...times) <= built.mtimeMs;
}

if (process.argv[1] === import.meta.filename) console.log(Object.values(await buildP224()).join('\n'));
