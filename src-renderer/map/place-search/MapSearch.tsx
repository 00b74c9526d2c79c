import type L from 'leaflet';
import { useEffect, useState } from 'react';
import { goTo, placeMarker } from './go-to.ts';
import classes from './MapSearch.module.css';
import { PlaceSearch } from './PlaceSearch.tsx';
import type { FoundPlace } from './use-place-search.ts';

/** The search at a map's corner: flies to what is chosen and marks it until the search is cleared. */
export function MapSearch({ map, start = null }: { map: L.Map | null; start?: FoundPlace | null }) {
  const [found, setFound] = useState(start);
  // Its page forgets it with the next step; the mark stays.
  useEffect(() => {
    if (start) setFound(start);
  }, [start]);
  useEffect(() => {
    if (!map || !found) return;
    goTo(map, found);
    const marker = placeMarker(found).addTo(map);
    return () => {
      marker.remove();
    };
  }, [map, found]);
  return (
    <div className={classes.search}>
      <PlaceSearch onFind={setFound} />
    </div>
  );
}
