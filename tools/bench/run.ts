import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Figure, machine } from './figure.ts';

/**
 * `npm run bench [-- name …]`: runs every `*.bench.ts` of this folder (or the named ones), each of which exports
 * `figures(): Promise<Figure[]>`, prints a table and writes out/bench.json.
 */
const folder = import.meta.dirname;
const wanted = process.argv.slice(2);
const names = (await readdir(folder))
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.slice(0, -'.bench.ts'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort();
if (names.length === 0) {
  console.error(`There is no benchmark ${wanted.join(', ')}.`);
  process.exit(1);
}

const here = machine();
console.log(
  `${here.cpu}, ${here.cores} cores, ${here.memoryGiB} GiB, ${here.platform}, Node ${here.node}, ${here.at}\n`,
);
const all: Record<string, Figure[]> = {};
// The threads of a pool don't keep a process alive.
const alive = setInterval(() => undefined, 60_000);
for (const name of names) {
  const bench = (await import(`./${name}.bench.ts`)) as { figures(): Promise<Figure[]> };
  console.log(`${name} …`);
  all[name] = await bench.figures();
  console.table(
    all[name].map((figure) => ({
      figure: figure.name,
      value: `${figure.value.toPrecision(4)} ${figure.unit}`,
      baseline: `${figure.baseline.name}: ${figure.baseline.value.toPrecision(4)}`,
      ratio: `${figure.ratio.toFixed(2)} x`,
    })),
  );
}
clearInterval(alive);
const out = join(folder, '..', '..', 'out');
await mkdir(out, { recursive: true });
await writeFile(join(out, 'bench.json'), JSON.stringify({ machine: here, figures: all }, null, 2));
console.log('Written to out/bench.json. The machine may be noisy: trust the ratios, not single values.');
