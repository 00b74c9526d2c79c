import L from 'leaflet';
import { urlOf } from '../../../src-shared/contract/api-client.ts';
import type { OperationOutput } from '../../api/client.ts';
import { map as words } from '../../strings/map.ts';
import { text } from '../track.ts';
import { VectorBaseLayer } from './base-layer.ts';

/** A base map: `redraw()` when the colours of the scheme have changed. */
export interface BaseMap {
  layer: L.GridLayer;
  attribution: string;
}

/** The base map that an administrator chose; the bundled one until that is known, and where a file is not here. */
export async function chooseBase(settings: OperationOutput<'getMapSettings'> | undefined): Promise<BaseMap> {
  const own = settings ? text(settings.attribution).innerHTML : '';
  if (settings?.baseMap === 'tile-server' && settings.tileUrl !== null) {
    const layer = L.tileLayer(settings.tileUrl, { maxNativeZoom: settings.maxZoom, maxZoom: 19, keepBuffer: 3 });
    return { layer, attribution: own };
  }
  if (settings?.baseMap === 'pmtiles' && settings.pmtiles) {
    // Loaded when it is wanted: few consoles have a file of their own.
    const { TileFileLayer } = await import('./tile-file-layer.ts');
    const path = `${urlOf('getMapTiles', {})}?version=${settings.pmtiles.version}`;
    return { layer: new TileFileLayer(path, { maxZoom: 19 }), attribution: own };
  }
  return { layer: new VectorBaseLayer(), attribution: words.attribution };
}
