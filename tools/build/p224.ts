import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// Compiles the P-224 arithmetic from AssemblyScript to out/p224.wasm, unless that is newer than every source.
//
//   node tools/build/p224.ts

const root = join(import.meta.dirname, '..', '..');
const sources = join(root, 'src-main', 'core', 'keys', 'p224', 'wasm');
const target = join(root, 'out', 'p224.wasm');
const OUTPUT = 'p224.wasm';
const OPTIONS = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--converge', '--noAssert', '--disableWarning', '112'];

/** Builds out/p224.wasm where needed; returns its path. Throws with the compiler's messages when it does not compile. */
export async function buildP224(): Promise<string> {
  if (await isCurrent()) return target;
  const { main } = await import('assemblyscript/asc');
  let binary: Uint8Array | null = null;
  const { error, stderr } = await main(['index.ts', '--outFile', OUTPUT, ...OPTIONS], {
    // AssemblyScript is not TypeScript: the sources are named .as, so that no tool for TypeScript takes them for its own.
    readFile: (name) => readFile(join(sources, name.replace(/\.ts$/, '.as')), 'utf8').catch(() => null),
    writeFile: (name, contents) => {
      if (name === OUTPUT && typeof contents !== 'string') binary = contents;
    },
    listFiles: () => [],
  });
  if (error || binary === null) throw new Error(`p224.wasm was not built: ${error?.message}\n${stderr.toString()}`);
  // Whole or not at all, for those who read it meanwhile.
  await mkdir(join(root, 'out'), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  await writeFile(temporary, binary);
  await rename(temporary, target);
  return target;
}

async function isCurrent(): Promise<boolean> {
  const built = await stat(target).catch(() => null);
  if (!built) return false;
  const files = [import.meta.filename, ...(await readdir(sources)).map((name) => join(sources, name))];
  const times = await Promise.all(files.map(async (path) => (await stat(path)).mtimeMs));
  return Math.max(...times) <= built.mtimeMs;
}

if (process.argv[1] === import.meta.filename) console.log(await buildP224());
