import { Anchor, Text } from '@mantine/core';
import { attribution as words } from '../strings/attribution.ts';

/** Who the places and the base map come from; shown wherever a nearest city or a map is. */
export function Attribution({ map = false }: { map?: boolean }) {
  return (
    <Text size="xs" c="dimmed">
      {words.cities}{' '}
      <Anchor href="https://www.geonames.org/" target="_blank" rel="noreferrer" size="xs" underline="always">
        GeoNames
      </Anchor>{' '}
      (CC BY 4.0){map && ` · ${words.map}`}
    </Text>
  );
}
