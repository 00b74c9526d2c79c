import { ActionIcon, Drawer, Indicator, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import type L from 'leaflet';
import type { UrlFilters } from '../../hooks/use-url-filters.ts';
import { common } from '../../strings/common.ts';
import { map as words } from '../../strings/map.ts';
import type { MapKey } from './filters.ts';
import { Legend } from './Legend.tsx';
import { MapControls } from './MapControls.tsx';
import { MapFilterBar } from './MapFilterBar.tsx';
import classes from './MapPage.module.css';

interface Props {
  filters: UrlFilters<MapKey>;
  map: L.Map | null;
  heat: boolean;
  onFitAll: () => void;
}

/** Filters, layers and legend in a narrow window: behind one button, so that the map has it all. */
export function MapDrawer({ map, filters, heat, onFitAll }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Indicator disabled={!filters.active} size={12} offset={4} className={classes.more ?? ''}>
        <ActionIcon
          variant="default"
          size={44}
          aria-label={words.filtersAndLayers}
          aria-haspopup="dialog"
          onClick={open}
        >
          <IconAdjustmentsHorizontal size={20} aria-hidden />
        </ActionIcon>
      </Indicator>
      <Drawer
        opened={opened}
        onClose={close}
        position="bottom"
        size={520}
        title={words.filtersAndLayers}
        closeButtonProps={{ 'aria-label': common.close }}
      >
        <Stack gap="md" pb="md">
          <MapFilterBar filters={filters} stacked />
          <MapControls
            map={map}
            filters={filters}
            inline
            onFitAll={() => {
              onFitAll();
              close();
            }}
          />
          <Legend heat={heat} inline />
        </Stack>
      </Drawer>
    </>
  );
}
