import 'leaflet/dist/leaflet.css';
import { useComputedColorScheme } from '@mantine/core';
import L from 'leaflet';
import { type RefCallback, useCallback, useEffect, useState } from 'react';
import { useOperation } from '../api/use-operation.ts';
import { map as words } from '../strings/map.ts';
import { VectorBaseLayer } from './base/base-layer.ts';
import { type BaseMap, chooseBase } from './base/choose-base.ts';
import { START } from './view.ts';
import './map.css';

/** Pixels of the world at zoom 1: below that no blank is left beside it. */
const SMALL = 512;

interface Options {
  /** What the map shows, for screen readers. */
  label: string;
  center?: L.LatLngExpression;
  zoom?: number;
  /** Off in small maps, so that scrolling the page does not zoom them. */
  wheelZoom?: boolean;
}

/**
 * A Leaflet map on an element, with the base map of the settings, a scale, and the colours of the scheme.
 * @returns the ref for the element, which must have a height, the map once it exists, and whether it has no streets
 */
export function useLeafletMap(options: Options): [RefCallback<HTMLDivElement>, L.Map | null, { isBundled: boolean }] {
  const [map, setMap] = useState<L.Map | null>(null);
  const [base, setBase] = useState<BaseMap | null>(null);
  const settings = useOperation('getMapSettings', {}, { staleTime: 5 * 60_000 });
  const scheme = useComputedColorScheme('light');
  const { label, center = START.center, zoom = START.zoom, wheelZoom = true } = options;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the first view is only for the first drawing
  const ref = useCallback((element: HTMLDivElement | null) => {
    if (!element) return;
    const moving = !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const map = L.map(element, {
      center,
      zoom,
      // A map as small as a phone's shows the whole world one step further out.
      minZoom: Math.max(element.clientWidth, element.clientHeight) <= SMALL ? 1 : START.zoom,
      maxZoom: 19,
      worldCopyJump: true,
      scrollWheelZoom: wheelZoom,
      preferCanvas: true,
      // Leaflet itself does not ask who wants less motion.
      fadeAnimation: moving,
      zoomAnimation: moving,
      inertia: moving,
      attributionControl: true,
      maxBounds: [
        [-85.06, -720],
        [85.06, 720],
      ],
    });
    map.attributionControl.setPrefix(false);
    L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map);
    element.setAttribute('role', 'application');
    element.setAttribute('aria-label', label);
    const observer = new ResizeObserver(() => map.invalidateSize({ animate: false }));
    observer.observe(element);
    setMap(map);
    return () => {
      observer.disconnect();
      setMap(null);
      map.remove();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew because the CSS colours have changed
  useEffect(() => {
    for (const layer of base ? [...base.under, base.layer] : []) layer.redraw();
    base?.names?.redraw();
  }, [base, scheme]);

  const chosen = settings.data;
  // Where the settings can't be read the bundled map is still there.
  const known = chosen !== undefined || settings.isError;
  useEffect(() => {
    if (!map || !known) return;
    let current: BaseMap | null = null;
    let wanted = true;
    const note = loadingNote(map);
    chooseBase(chosen).then((made) => {
      if (!wanted) return;
      current = made;
      // Leaflet draws layers of one pane in the order in which they come.
      for (const layer of made.under) layer.addTo(map);
      made.layer.once('load', () => note.remove()).addTo(map);
      made.names?.addTo(map);
      // A server that is down answers nothing: the bundled map is better than none.
      made.layer.once('tileerror', () => {
        note.remove();
        if (current !== made || made.isBundled || made.under.length > 0) return;
        made.under.push(new VectorBaseLayer({ named: true }).setZIndex(0).addTo(map) as VectorBaseLayer);
      });
      map.attributionControl.addAttribution(made.attribution);
      setBase(made);
    }, console.error);
    return () => {
      wanted = false;
      note.remove();
      setBase(null);
      for (const layer of current ? [...current.under, current.layer] : []) layer.remove();
      current?.names?.remove();
      if (current) map.attributionControl.removeAttribution(current.attribution);
    };
  }, [map, known, chosen]);

  return [ref, map, { isBundled: base?.isBundled ?? false }];
}

/** Says that the map is on its way: an empty sea looks like an answer. */
function loadingNote(map: L.Map): HTMLElement {
  const note = L.DomUtil.create('div', 'map-loading', map.getContainer());
  note.setAttribute('role', 'status');
  note.textContent = words.loading;
  return note;
}
