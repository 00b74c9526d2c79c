type Properties = Readonly<Record<string, unknown>>;

/** What is drawn, in order of importance. */
export type RoadKind = 'motorway' | 'major' | 'medium' | 'minor' | 'path' | 'rail' | 'ferry';
export type AreaKind = 'green' | 'urban' | 'water';

/**
 * Layers by what they show, as three common schemas name them: Protomaps basemaps (versions 3 and 4), OpenMapTiles and
 * Mapbox Streets.
 */
export const layerNames = {
  earth: ['earth', 'land'],
  areas: ['landcover', 'landuse', 'natural', 'park'],
  water: ['water', 'ocean', 'physical_polygon'],
  rivers: ['waterway', 'physical_line'],
  roads: ['roads', 'transit', 'transportation', 'road', 'bridge', 'tunnel'],
  buildings: ['buildings', 'building'],
  borders: ['boundaries', 'boundary', 'admin'],
  places: ['places', 'place', 'place_label'],
  stations: ['pois', 'poi', 'rail_station_label'],
  roadNames: ['roads', 'transportation_name', 'road_label'],
} as const;

const words = (text: string) => new Set(text.split(' '));
const greens = words(
  'park forest wood grass grassland meadow scrub nature_reserve national_park protected_area cemetery garden golf_course recreation_ground village_green orchard vineyard farmland crop agriculture farm allotments pitch playground zoo',
);
const urbans = words(
  'residential urban_area commercial retail industrial railway school university college hospital military aerodrome airport parking stadium neighbourhood developed built_up',
);
const waters = words('water lake river ocean sea bay basin reservoir pond swimming_pool dock lagoon');
const roadKinds: Record<RoadKind, Set<string>> = {
  motorway: words('highway motorway motorway_link trunk trunk_link'),
  major: words('major_road primary primary_link main'),
  medium: words('medium_road secondary secondary_link tertiary tertiary_link link'),
  minor: words('minor_road minor residential unclassified living_street street street_limited road other service'),
  path: words('path track pedestrian footway cycleway steps bridleway'),
  rail: words('rail major_rail minor_rail railway light_rail tram subway transit narrow_gauge monorail funicular'),
  ferry: words('ferry'),
};

const named = (properties: Properties, ...keys: string[]): string[] =>
  keys.map((key) => properties[key]).filter((value) => typeof value === 'string');

/** Which kind of road or railway a feature is; null for what is not drawn. The finer word goes first. */
export function roadOf(properties: Properties): RoadKind | null {
  for (const word of named(
    properties,
    'kind_detail',
    'pmap:kind_detail',
    'kind',
    'pmap:kind',
    'class',
    'type',
    'subclass',
  ))
    for (const [kind, known] of Object.entries(roadKinds)) if (known.has(word)) return kind as RoadKind;
  return null;
}

/** What an area is; null for what is not drawn. */
export function areaOf(properties: Properties): AreaKind | null {
  for (const word of named(properties, 'kind', 'pmap:kind', 'class', 'subclass', 'type')) {
    if (greens.has(word)) return 'green';
    if (urbans.has(word)) return 'urban';
    if (waters.has(word)) return 'water';
  }
  return null;
}

export const isTunnel = ({ brunnel, is_tunnel, structure, level }: Properties): boolean =>
  brunnel === 'tunnel' || is_tunnel === true || structure === 'tunnel' || Number(level ?? 0) < 0;

export interface PlaceLook {
  /** Small is important. */
  rank: number;
  size: number;
  weight: number;
  /** The zoom from which it is named. */
  from: number;
}
const placeLooks: Record<string, PlaceLook> = {
  country: { rank: 0, size: 13, weight: 600, from: 0 },
  state: { rank: 20, size: 11, weight: 500, from: 5 },
  region: { rank: 20, size: 11, weight: 500, from: 5 },
  city: { rank: 30, size: 13, weight: 600, from: 4 },
  locality: { rank: 40, size: 12, weight: 500, from: 6 },
  town: { rank: 50, size: 12, weight: 500, from: 8 },
  village: { rank: 60, size: 11, weight: 500, from: 11 },
  suburb: { rank: 65, size: 11, weight: 500, from: 11 },
  macrohood: { rank: 65, size: 11, weight: 500, from: 11 },
  neighbourhood: { rank: 70, size: 10.5, weight: 500, from: 13 },
  hamlet: { rank: 80, size: 10.5, weight: 500, from: 13 },
};

/** How a place is named, by its kind and how many live there; null where it is too small for the zoom. */
export function placeOf(properties: Properties, zoom: number): PlaceLook | null {
  const word = named(properties, 'kind_detail', 'pmap:kind_detail', 'kind', 'pmap:kind', 'class', 'type').find(
    (one) => one in placeLooks,
  );
  const look = placeLooks[word ?? 'locality']!;
  const from = Number(properties.min_zoom ?? properties['pmap:min_zoom'] ?? look.from);
  if (zoom + 1 < from) return null;
  const people = Number(properties.population_rank ?? properties['pmap:population_rank'] ?? 0);
  const order = Number(properties.rank ?? properties.localrank ?? properties.scalerank ?? properties.symbolrank ?? 0);
  const isLarge = word === 'locality' && people >= 9;
  return { ...look, rank: look.rank + order / 10 - people, ...(isLarge ? { size: 13, weight: 600 } : {}) };
}

export const isStation = (properties: Properties): boolean =>
  named(properties, 'kind', 'pmap:kind', 'class', 'subclass', 'network', 'maki').some((word) =>
    ['station', 'train_station', 'railway', 'rail', 'metro', 'rail-metro', 'rail-light', 'subway'].includes(word),
  );

/** A name that the console's typeface has, if there is one: Latin before the local script. */
export function nameOf(properties: Properties): string | null {
  const name = named(properties, 'name:latin', 'name:en', 'name_en', 'name', 'pgf:name')[0];
  return name?.trim() || null;
}

const widths: Record<RoadKind, readonly (readonly [zoom: number, pixels: number])[]> = {
  motorway: [[5, 0.6], [10, 1.6], [13, 3.2], [15, 6], [17, 12], [19, 22]], // biome-ignore format: a table
  major: [[7, 0.5], [12, 1.6], [14, 3.4], [16, 8], [19, 18]], // biome-ignore format: a table
  medium: [[10, 0.6], [13, 1.6], [15, 4], [17, 9], [19, 15]], // biome-ignore format: a table
  minor: [[12, 0.5], [14, 1.4], [16, 5], [19, 12]], // biome-ignore format: a table
  path: [[14, 0.7], [17, 1.4], [19, 2]], // biome-ignore format: a table
  rail: [[9, 0.6], [14, 1.1], [17, 2]], // biome-ignore format: a table
  ferry: [[8, 0.7], [15, 1]], // biome-ignore format: a table
};

/** Pixels of a road at a zoom; 0 where it is not drawn yet. */
export function roadWidth(kind: RoadKind, zoom: number): number {
  const steps = widths[kind];
  if (zoom < steps[0]![0]) return 0;
  for (const [n, [to, pixels]] of steps.entries()) {
    if (zoom > to) continue;
    const [from, before] = steps[Math.max(0, n - 1)]!;
    return to === from ? pixels : before + ((pixels - before) * (zoom - from)) / (to - from);
  }
  return steps.at(-1)![1];
}
