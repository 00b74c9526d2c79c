import type { VectorTile, VectorTileFeature, VectorTileLayer } from '@mapbox/vector-tile';
import { createNames } from './draw-names.ts';
import {
  areaOf,
  isStation,
  isTunnel,
  layerNames,
  nameOf,
  placeOf,
  type RoadKind,
  roadOf,
  roadWidth,
} from './vector-kinds.ts';

/** Colours of a vector base map, resolved for the canvas. */
export interface TileColors {
  land: string;
  sea: string;
  border: string;
  road: string;
  casing: string;
  highway: string;
  green: string;
  urban: string;
  building: string;
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
type Wanted = (feature: VectorTileFeature) => boolean;
/** From the lowest to the highest: what is more important lies above. */
const roadOrder: RoadKind[] = ['path', 'minor', 'medium', 'major', 'motorway'];

/**
 * Draws a vector tile in the console's own quiet colours, so that trackers stay what one sees first: land, green, towns,
 * water, buildings, roads and railways, borders, and names of places, streets and stations. Layers of unknown names are
 * left out. Runs in a worker: a tile of a city takes longer than a frame.
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
  context.lineCap = context.lineJoin = 'round';
  const earth = layers('earth');
  context.fillStyle = earth.length > 0 ? colors.sea : colors.land;
  context.fillRect(0, 0, TILE, TILE);
  painter.fill(earth, colors.land);
  const areas = layers('areas');
  painter.fill(areas, colors.urban, ({ properties }) => areaOf(properties) === 'urban');
  painter.fill(areas, colors.green, ({ properties }) => areaOf(properties) === 'green');
  painter.fill([...layers('water')], colors.sea);
  painter.fill(areas, colors.sea, ({ properties }) => areaOf(properties) === 'water');
  painter.line([...layers('rivers'), ...layers('water')], colors.sea, zoom >= 14 ? 2 : 1);
  if (zoom >= 14) painter.fill(layers('buildings'), colors.building);
  drawRoads(painter, layers('roads'), zoom, colors);
  painter.line(layers('borders'), colors.border, 1, undefined, [4, 3]);
  const names = createNames(context, colors);
  for (const { feature, at } of painter.points(layers('places'))) {
    const look = placeOf(feature.properties, zoom);
    const name = nameOf(feature.properties);
    if (look && name) names.place(name, at, look);
  }
  if (zoom >= 14)
    for (const { feature, at } of painter.points(layers('stations'))) {
      const name = nameOf(feature.properties);
      const isOfRail = feature.properties.reflen === undefined && isStation(feature.properties);
      if (name && isOfRail) names.place(name, at, { rank: 90, size: 10, weight: 500, from: 14 });
    }
  if (zoom >= 12)
    for (const { feature, line } of painter.lines(layers('roadNames'))) {
      const kind = roadOf(feature.properties);
      const name = nameOf(feature.properties);
      const isNamed = kind !== null && kind !== 'rail' && kind !== 'ferry' && zoom >= nameFrom[kind];
      if (name && isNamed) names.along(name, line, 100 - roadOrder.indexOf(kind));
    }
  names.draw();
}

const nameFrom: Record<RoadKind, number> = {
  motorway: 12,
  major: 13,
  medium: 14,
  minor: 15,
  path: 17,
  rail: 99,
  ferry: 99,
};

function drawRoads(
  painter: ReturnType<typeof createPainter>,
  roads: VectorTileLayer[],
  zoom: number,
  colors: TileColors,
) {
  const of =
    (kind: RoadKind, tunnel: boolean): Wanted =>
    ({ properties }) =>
      roadOf(properties) === kind && isTunnel(properties) === tunnel;
  painter.line(roads, colors.casing, roadWidth('ferry', zoom), of('ferry', false), [3, 4]);
  for (const tunnel of [true, false]) {
    // All edges before all surfaces, so that crossings are open.
    if (zoom >= 11)
      for (const kind of roadOrder) {
        const width = roadWidth(kind, zoom);
        if (kind !== 'path')
          painter.line(roads, colors.casing, width && width + 1.5, of(kind, tunnel), tunnel ? [3, 3] : []);
      }
    for (const kind of roadOrder) {
      const color = kind === 'motorway' ? colors.highway : kind === 'path' || zoom < 11 ? colors.casing : colors.road;
      painter.line(roads, color, roadWidth(kind, zoom), of(kind, tunnel), kind === 'path' ? [3, 3] : []);
    }
    const rail = roadWidth('rail', zoom);
    painter.line(roads, colors.border, rail, of('rail', tunnel), tunnel ? [2, 4] : []);
    // Sleepers.
    if (zoom >= 13 && !tunnel) painter.line(roads, colors.border, rail * 3, of('rail', tunnel), [1, 7], 'butt');
  }
}

function createPainter(context: Context, { column, row, parts }: TilePart) {
  const shapes = (feature: VectorTileFeature, extent: number) => {
    const scale = (TILE * parts) / extent;
    return feature
      .loadGeometry()
      .map((ring) => ring.map(({ x, y }) => ({ x: x * scale - column * TILE, y: y * scale - row * TILE })));
  };
  const features = function* (layers: readonly VectorTileLayer[], type: number) {
    for (const layer of layers)
      for (let index = 0; index < layer.length; index++) {
        const feature = layer.feature(index);
        if (feature.type === type) yield { feature, extent: layer.extent };
      }
  };
  const trace = (
    layers: readonly VectorTileLayer[],
    type: number,
    wanted: Wanted | undefined,
    isOne: boolean,
    finish: () => void,
  ) => {
    context.beginPath();
    for (const { feature, extent } of features(layers, type)) {
      if (wanted && !wanted(feature)) continue;
      if (!isOne) context.beginPath();
      for (const ring of shapes(feature, extent))
        for (const [index, { x, y }] of ring.entries()) {
          if (index === 0) context.moveTo(x, y);
          else context.lineTo(x, y);
        }
      if (!isOne) finish();
    }
    if (isOne) finish();
  };
  return {
    // One by one: where areas overlap, the rule of even and odd would leave a hole.
    fill(layers: readonly VectorTileLayer[], color: string, wanted?: Wanted): void {
      context.fillStyle = color;
      trace(layers, 3, wanted, false, () => context.fill('evenodd'));
    },
    line(
      layers: readonly VectorTileLayer[],
      color: string,
      width: number,
      wanted?: Wanted,
      dash: number[] = [],
      cap: CanvasLineCap = 'round',
    ): void {
      if (width <= 0) return;
      context.strokeStyle = color;
      context.lineWidth = width;
      context.lineCap = dash.length > 0 ? 'butt' : cap;
      context.setLineDash(dash);
      trace(layers, 2, wanted, true, () => context.stroke());
      context.setLineDash([]);
    },
    *points(layers: readonly VectorTileLayer[]) {
      for (const { feature, extent } of features(layers, 1)) {
        const at = shapes(feature, extent)[0]?.[0];
        if (at) yield { feature, at };
      }
    },
    *lines(layers: readonly VectorTileLayer[]) {
      for (const { feature, extent } of features(layers, 2))
        for (const line of shapes(feature, extent)) yield { feature, line };
    },
  };
}
