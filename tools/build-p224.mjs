// Compiles the P-224 arithmetic from AssemblyScript to src-main/core/keys/p224/p224.wasm.
//
//   node tools/build-p224.mjs [--if-missing]
//
// With --if-missing it does nothing while the file is newer than every source.
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = new URL('../src-main/core/keys/p224/', import.meta.url);
const target = new URL('p224.wasm', folder);
const OUTPUT = 'p224.wasm';

/** Builds p224.wasm; returns its path. Throws with the compiler's messages when the source does not compile. */
export async function buildP224({ ifMissing = false } = {}) {
  const path = fileURLToPath(target);
  if (ifMissing && (await isCurrent())) return path;
  const { main } = await import('assemblyscript/asc');
  let binary = null;
  const { error, stderr } = await main(
    [
      ...['index.ts', '--outFile', OUTPUT, '--runtime', 'stub', '--enable', 'simd'],
      ...['-O3', '--converge', '--noAssert', '--disableWarning', '112'],
    ],
    {
      // AssemblyScript is not TypeScript: the sources are named .as, so that no tool for TypeScript takes them for its own.
      readFile: (name) => readFile(new URL(`wasm/${name.replace(/\.ts$/, '.as')}`, folder), 'utf8').catch(() => null),
      writeFile: (name, contents) => {
        if (name === OUTPUT) binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || binary === null) throw new Error(`p224.wasm was not built: ${error?.message}\n${stderr.toString()}`);
  // Whole or not at all, for those who read it meanwhile.
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, binary);
  await rename(temporary, path);
  return path;
}

async function isCurrent() {
  const built = await stat(target).catch(() => null);
  if (!built) return false;
  for (const name of await readdir(new URL('wasm/', folder))) {
    if ((await stat(new URL(`wasm/${name}`, folder))).mtimeMs > built.mtimeMs) return false;
  }
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await buildP224({ ifMissing: process.argv.includes('--if-missing') }));
}
