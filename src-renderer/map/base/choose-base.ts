import L from 'leaflet';
import { urlOf } from '../../../src-shared/contract/api-client.ts';
import { API_PREFIX } from '../../../src-shared/contract/routes.ts';
import type { OperationOutput } from '../../api/client.ts';
import { map as words } from '../../strings/map.ts';
import { text } from '../text.ts';
import { VectorBaseLayer } from './base-layer.ts';
import { NamesLayer } from './names-layer.ts';

/** A base map: `redraw()` when the colours of the scheme have changed. */
export interface BaseMap {
  layer: L.GridLayer;
  /** Over it, where its tiles have no names. */
  names: NamesLayer | null;
  /** What lies under it, for where it has nothing or can't be reached; the lowest first. */
  under: L.GridLayer[];
  attribution: string;
  /** It has no streets, and nothing that has lies under it. */
  isBundled: boolean;
}
type Settings = OperationOutput<'getMapSettings'>;

/**
 * The base map that an administrator chose; the bundled one until that is known, and where a file is not here. What this
 * workstation has taken lies under it, and takes its place while the workstation is cut off.
 */
export async function chooseBase(settings: Settings | undefined): Promise<BaseMap> {
  // Under a map with names of its own, those of the bundled map show only where that has nothing.
  const under = () => new VectorBaseLayer({ named: true });
  const packs = settings?.packs ? await tilesLayer({ of: 'packs', ...settings.packs }) : null;
  const also = settings?.packs?.attribution ?? '';
  const chosen = settings && !settings.isCutOff ? await chosenLayer(settings) : null;
  if (chosen) {
    return {
      layer: chosen,
      names: null,
      under: packs ? [under(), packs] : [],
      attribution: attributionOf(settings!.attribution),
      isBundled: false,
    };
  }
  if (packs)
    return {
      layer: packs,
      names: null,
      under: [under()],
      attribution: [attributionOf(also), words.attribution].filter(Boolean).join(' · '),
      isBundled: false,
    };
  return {
    layer: new VectorBaseLayer({ named: false }),
    names: new NamesLayer(),
    under: [],
    attribution: words.attribution,
    isBundled: true,
  };
}

/** What is set by a person, as text and never as HTML. */
const attributionOf = (plain: string): string => text(plain).innerHTML;

async function chosenLayer(settings: Settings): Promise<L.GridLayer | null> {
  const { baseMap, tileUrl, maxZoom, pmtiles, mbtiles, pmtilesUrl } = settings;
  if (baseMap === 'tile-server' && tileUrl !== null)
    return L.tileLayer(tileUrl, { maxNativeZoom: maxZoom, maxZoom: 19, keepBuffer: 3 });
  if (baseMap === 'pmtiles' && pmtiles && mbtiles)
    return tilesLayer({ of: 'file', version: pmtiles.version, ...mbtiles });
  // The address is part of what is asked for, so that parts of two files are never mixed.
  const version = baseMap === 'pmtiles' ? pmtiles?.version : baseMap === 'pmtiles-address' ? pmtilesUrl : null;
  if (!version) return null;
  const { TileFileLayer } = await import('./tile-file-layer.ts');
  const url = urlOf('getMapTiles', { query: { version } });
  return new TileFileLayer({ kind: 'pmtiles', url }, { maxZoom: 19 });
}

interface OwnTiles {
  of: 'packs' | 'file';
  version: string;
  maxZoom: number;
  isVector: boolean;
}

async function tilesLayer({ of, version, maxZoom, isVector }: OwnTiles): Promise<L.GridLayer> {
  // Loaded when it is wanted: few consoles have maps of their own.
  const { TileFileLayer } = await import('./tile-file-layer.ts');
  const query = `of=${of}&version=${encodeURIComponent(version)}`;
  return new TileFileLayer(
    { kind: 'tiles', url: `${API_PREFIX}/map/tiles`, query, maxZoom, isVector },
    { maxZoom: 19 },
  );
}
