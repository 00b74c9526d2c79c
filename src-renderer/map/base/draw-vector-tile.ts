import type { VectorTile, VectorTileFeature, VectorTileLayer } from '@mapbox/vector-tile';

/** Colours of a vector base map, resolved for the canvas. */
export interface TileColors {
  land: string;
  sea: string;
  border: string;
  road: string;
  green: string;
  label: string;
}

/** Which part of a tile fills the 256 pixels: one of `parts` by `parts`, beyond the file's deepest zoom. */
export interface TilePart {
  column: number;
  row: number;
  parts: number;
}

const TILE = 256;
type Context = OffscreenCanvasRenderingContext2D;

/** Layers by what they show, as the two common schemas name them: Protomaps basemaps and OpenMapTiles. */
const layerNames = {
  earth: ['earth', 'land'],
  green: ['landuse', 'landcover', 'park'],
  water: ['water', 'ocean'],
  rivers: ['waterway'],
  roads: ['roads', 'transportation'],
  buildings: ['buildings', 'building'],
  borders: ['boundaries', 'boundary'],
  places: ['places', 'place'],
} as const;
const greens = [
  'park',
  'forest',
  'wood',
  'grass',
  'nature_reserve',
  'national_park',
  'meadow',
  'grassland',
  'cemetery',
];
const bigRoads = ['highway', 'motorway', 'trunk', 'major_road', 'primary'];
const smallRoads = ['minor_road', 'minor', 'service', 'path', 'track', 'other'];

/**
 * Draws a vector tile in the console's own quiet colours, so that trackers stay what one sees first: land, green, water,
 * roads, borders and the names of places. Layers of unknown names are left out.
 */
export function drawVectorTile(
  context: Context,
  tile: VectorTile,
  zoom: number,
  part: TilePart,
  colors: TileColors,
): void {
  const layers = (what: keyof typeof layerNames): VectorTileLayer[] =>
    layerNames[what].map((name) => tile.layers[name]).filter((layer) => layer !== undefined);
  const painter = createPainter(context, part);
  const earth = layers('earth');
  context.fillStyle = earth.length > 0 ? colors.sea : colors.land;
  context.fillRect(0, 0, TILE, TILE);
  painter.fill(earth, colors.land);
  painter.fill(layers('green'), colors.green, (feature) => greens.includes(kindOf(feature)));
  painter.fill(layers('water'), colors.sea);
  painter.line([...layers('rivers'), ...layers('water')], colors.sea, 1);
  if (zoom >= 15) painter.fill(layers('buildings'), colors.road);
  const roads = layers('roads');
  if (zoom >= 13) painter.line(roads, colors.road, 1, (feature) => smallRoads.includes(kindOf(feature)));
  painter.line(roads, colors.road, zoom >= 12 ? 2.5 : 1.2, (feature) => bigRoads.includes(kindOf(feature)));
  if (zoom >= 10) painter.line(roads, colors.road, 1.4, (feature) => isMiddle(kindOf(feature)));
  painter.line(layers('borders'), colors.border, 1);
  painter.names(layers('places'), colors, zoom);
}

const isMiddle = (kind: string) => !bigRoads.includes(kind) && !smallRoads.includes(kind) && kind !== 'rail';
const kindOf = ({ properties }: VectorTileFeature): string =>
  String(properties.kind ?? properties.class ?? properties.type ?? '');

function createPainter(context: Context, { column, row, parts }: TilePart) {
  const trace = (feature: VectorTileFeature, extent: number): void => {
    const scale = (TILE * parts) / extent;
    for (const ring of feature.loadGeometry()) {
      ring.forEach(({ x, y }, index) => {
        const px = x * scale - column * TILE;
        const py = y * scale - row * TILE;
        if (index === 0) context.moveTo(px, py);
        else context.lineTo(px, py);
      });
    }
  };
  const features = function* (layers: readonly VectorTileLayer[], type: number) {
    for (const layer of layers)
      for (let index = 0; index < layer.length; index++) {
        const feature = layer.feature(index);
        if (feature.type === type) yield { feature, extent: layer.extent };
      }
  };
  const each = (
    layers: readonly VectorTileLayer[],
    type: number,
    wanted: ((feature: VectorTileFeature) => boolean) | undefined,
    finish: () => void,
  ) => {
    for (const { feature, extent } of features(layers, type)) {
      if (wanted && !wanted(feature)) continue;
      context.beginPath();
      trace(feature, extent);
      finish();
    }
  };
  return {
    fill(layers: readonly VectorTileLayer[], color: string, wanted?: (feature: VectorTileFeature) => boolean): void {
      context.fillStyle = color;
      each(layers, 3, wanted, () => context.fill('evenodd'));
    },
    line(
      layers: readonly VectorTileLayer[],
      color: string,
      width: number,
      wanted?: (feature: VectorTileFeature) => boolean,
    ): void {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.lineJoin = 'round';
      each(layers, 2, wanted, () => context.stroke());
    },
    names(layers: readonly VectorTileLayer[], colors: TileColors, zoom: number): void {
      context.font = '500 11px "Inter Variable", system-ui, sans-serif';
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.lineWidth = 3;
      context.strokeStyle = colors.land;
      context.fillStyle = colors.label;
      const taken: [number, number, number][] = [];
      const found = [...features(layers, 1)].sort((a, b) => rankOf(a.feature) - rankOf(b.feature));
      for (const { feature, extent } of found) {
        const name = feature.properties['name:en'] ?? feature.properties.name ?? feature.properties.name_en;
        const at = feature.loadGeometry()[0]?.[0];
        if (typeof name !== 'string' || !at || Number(feature.properties.min_zoom ?? 0) > zoom + 1) continue;
        const scale = (TILE * parts) / extent;
        const x = at.x * scale - column * TILE;
        const y = at.y * scale - row * TILE;
        const half = name.length * 3.2;
        // A name is drawn whole, or it would end at the tile's edge.
        if (x < half || x > TILE - half || y < 8 || y > TILE - 8) continue;
        if (taken.some(([tx, ty, th]) => Math.abs(tx - x) < th + half + 4 && Math.abs(ty - y) < 16)) continue;
        taken.push([x, y, half]);
        context.strokeText(name, x, y);
        context.fillText(name, x, y);
      }
    },
  };
}

/** Small is important, in both schemas. */
const rankOf = ({ properties }: VectorTileFeature): number =>
  Number(properties.rank ?? properties.min_zoom ?? 0) - Number(properties.population_rank ?? 0);
