import { coreRoomOf, type Room } from './rooms.ts';
import { readSources, sourceFolders, targetsOf } from './sources.ts';

/** Prints how far the rooms of core are apart, and how large everything is: `node tools/architecture/measure.ts`. */
const sources = readSources(...sourceFolders);
const linesOf = (text: string) => text.split('\n').length - 1;
const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;

function sumBy<K>(entries: Iterable<readonly [K, number]>): [K, number][] {
  const sums = new Map<K, number>();
  for (const [key, value] of entries) sums.set(key, (sums.get(key) ?? 0) + value);
  return [...sums].sort((a, b) => b[1] - a[1]);
}

const imports = [...sources].flatMap(([file, text]) => {
  const from = coreRoomOf(file);
  const targets = from === null ? [] : targetsOf(file, text).map(coreRoomOf);
  return targets.flatMap((to): [Room, Room][] => (from === null || to === null ? [] : [[from, to]]));
});
const arrows = new Set(imports.filter(([from, to]) => from !== to).map((pair) => pair.join(' -> ')));
const mutual = [...arrows].filter((arrow) => arrows.has(arrow.split(' -> ').reverse().join(' -> ')));
/** The share of imports that stay in their room, without those from or to the rooms named. */
function within(...apart: Room[]): string {
  const counted = imports.filter((pair) => !pair.some((room) => apart.includes(room)));
  return percent(counted.filter(([from, to]) => from === to).length, counted.length);
}

const rooms = sumBy(
  [...sources].flatMap(([file, text]) => {
    const room = coreRoomOf(file);
    return room === null ? [] : [[room, linesOf(text)] as const];
  }),
);
const core = rooms.reduce((sum, [, lines]) => sum + lines, 0);
const folders = sumBy([...sources].map(([file, text]) => [file.split('/')[0] as string, linesOf(text)] as const));

console.log(`Arrows between rooms of core: ${arrows.size}, of which ${mutual.length} have one back`);
// Every room uses platform, and app uses every room: neither says how well subjects are divided.
console.log(
  `Imports that stay in their room: ${within('platform')} platform apart, ${within('platform', 'app')} app too`,
);
console.log(`Lines of core outside tests: ${core}`);
for (const [room, lines] of rooms) console.log(`  ${room.padEnd(14)}${percent(lines, core).padStart(7)}`);
console.log(`Lines outside tests: ${folders.reduce((sum, [, lines]) => sum + lines, 0)}`);
for (const [folder, lines] of folders) console.log(`  ${folder.padEnd(14)}${String(lines).padStart(7)}`);
