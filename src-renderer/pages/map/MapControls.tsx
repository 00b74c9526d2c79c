import { Button, SegmentedControl, Switch } from '@mantine/core';
import type L from 'leaflet';
import type { UrlFilters } from '../../hooks/use-url-filters.ts';
import { map as words } from '../../strings/map.ts';
import type { MapKey } from './filters.ts';
import classes from './MapPage.module.css';
import { SavePicture } from './SavePicture.tsx';

interface Props {
  map: L.Map | null;
  filters: UrlFilters<MapKey>;
  onFitAll: () => void;
  /** In the flow of a drawer instead of over the map. */
  inline?: boolean;
}

/** What is drawn on the map: trackers or where they crowd, fences or none. */
export function MapControls({ map, filters, onFitAll, inline = false }: Props) {
  const { values, set } = filters;
  return (
    <div className={inline ? classes.inline : classes.controls}>
      <SegmentedControl
        size="xs"
        aria-label={words.layers.label}
        value={values.layer === 'heat' ? 'heat' : 'trackers'}
        onChange={(layer) => set({ layer: layer === 'heat' ? layer : null })}
        data={[
          { value: 'trackers', label: words.layers.trackers },
          { value: 'heat', label: words.layers.heat },
        ]}
      />
      <Switch
        size="xs"
        label={words.layers.fences}
        checked={values.fences !== 'off'}
        onChange={(event) => set({ fences: event.currentTarget.checked ? null : 'off' })}
      />
      <Button variant="default" size="compact-xs" onClick={onFitAll}>
        {words.fitAll}
      </Button>
      <SavePicture map={map} />
    </div>
  );
}
