import { Button, CloseButton, Group, Text } from '@mantine/core';
import type L from 'leaflet';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useCan } from '../../api/session.ts';
import { mapPacks as words } from '../../strings/map-packs.ts';
import classes from './MapPage.module.css';

// Only few ever open it.
const GetMap = lazy(() => import('../../map/packs/GetMap.tsx').then(({ GetMap }) => ({ default: GetMap })));

/** Nearer than that one looks for streets. */
const STREETS_FROM = 11;
const SAID = 'no-streets-said';
const wrap = (longitude: number) => longitude - 360 * Math.floor((longitude + 180) / 360);

/** Says once that the bundled map has no streets, with the way to some. */
export function StreetsNote({ map, isBundled }: { map: L.Map | null; isBundled: boolean }) {
  const mayGet = useCan('createMapPack');
  const [near, setNear] = useState(false);
  const [said, setSaid] = useState(() => localStorage.getItem(SAID) !== null);
  const [area, setArea] = useState<{ west: number; south: number; east: number; north: number } | null>(null);
  useEffect(() => {
    if (!map) return;
    const look = () => setNear(map.getZoom() >= STREETS_FROM);
    look();
    map.on('zoomend', look);
    return () => {
      map.off('zoomend', look);
    };
  }, [map]);
  const close = () => {
    localStorage.setItem(SAID, 'yes');
    setSaid(true);
  };
  const open = () => {
    if (!map) return;
    const box = map.getBounds();
    const rounded = (degrees: number) => Number(degrees.toFixed(5));
    setArea({
      west: rounded(wrap(box.getWest())),
      south: rounded(Math.max(-85, box.getSouth())),
      east: rounded(wrap(box.getEast())),
      north: rounded(Math.min(85, box.getNorth())),
    });
  };
  if (!mayGet || (!area && (!near || !isBundled || said))) return null;
  return (
    <>
      {near && isBundled && !said && (
        <Group gap={8} wrap="nowrap" className={classes.streets ?? ''} role="status">
          <Text size="xs">{words.noStreets}</Text>
          <Button size="compact-xs" variant="default" onClick={open}>
            {words.getArea}
          </Button>
          <CloseButton size="sm" aria-label={words.dismiss} onClick={close} />
        </Group>
      )}
      {area && (
        <Suspense>
          <GetMap target={{ kind: 'area', ...area }} label={words.thisArea} onClose={() => setArea(null)} />
        </Suspense>
      )}
    </>
  );
}
