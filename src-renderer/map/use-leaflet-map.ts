import { useComputedColorScheme } from '@mantine/core';
import L from 'leaflet';
import { type RefCallback, useCallback, useEffect, useState } from 'react';
import { map as words } from '../strings/map.ts';
import { VectorBaseLayer } from './base-layer.ts';
import './map.css';

interface Options {
  /** What the map shows, for screen readers. */
  label: string;
  center?: L.LatLngExpression;
  zoom?: number;
  /** Off in small maps, so that scrolling the page does not zoom them. */
  wheelZoom?: boolean;
}

/**
 * A Leaflet map on an element, with the bundled base map, a scale, and the colours of the scheme.
 * @returns the ref for the element, which must have a height, and the map once it stands
 */
export function useLeafletMap(options: Options): [RefCallback<HTMLDivElement>, L.Map | null] {
  const [state, setState] = useState<{ map: L.Map; base: VectorBaseLayer } | null>(null);
  const scheme = useComputedColorScheme('light');
  const { label, center = [30, 10], zoom = 2, wheelZoom = true } = options;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the first view is only for the first drawing
  const ref = useCallback((element: HTMLDivElement | null) => {
    if (!element) return;
    const map = L.map(element, {
      center,
      zoom,
      minZoom: 2,
      maxZoom: 19,
      worldCopyJump: true,
      scrollWheelZoom: wheelZoom,
      preferCanvas: true,
      attributionControl: true,
      maxBounds: [
        [-85.06, -720],
        [85.06, 720],
      ],
    });
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(words.attribution);
    L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map);
    element.setAttribute('role', 'application');
    element.setAttribute('aria-label', label);
    const base = new VectorBaseLayer().addTo(map);
    const observer = new ResizeObserver(() => map.invalidateSize({ animate: false }));
    observer.observe(element);
    setState({ map, base });
    return () => {
      observer.disconnect();
      setState(null);
      map.remove();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew because the CSS colours have changed
  useEffect(() => {
    state?.base.redraw();
  }, [state, scheme]);

  return [ref, state?.map ?? null];
}
