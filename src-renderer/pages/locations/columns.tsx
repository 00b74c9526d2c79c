import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconBuildingWarehouse, IconFlag } from '@tabler/icons-react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import type { Column } from '../../components/DataTable.tsx';
import { fenceColors } from '../../map/icons.ts';
import { common, locationKindNames } from '../../strings/common.ts';
import { fenceSize } from '../../strings/fences.ts';
import { count } from '../../strings/format.ts';
import { locations } from '../../strings/locations.ts';
import classes from './Locations.module.css';

const { columns: names } = locations;

/** Columns of the list; the name chooses the location on the map. */
export function locationColumns(chosenKey: string | null, onChoose: (location: Location) => void): Column<Location>[] {
  return [
    {
      id: 'name',
      header: names.name,
      value: (location) => location.name,
      fixed: true,
      cell: (location) => {
        const Icon = location.kind === 'storage' ? IconBuildingWarehouse : IconFlag;
        return (
          <UnstyledButton
            className={classes.name ?? ''}
            aria-pressed={chosenKey === `${location.kind}-${location.id}`}
            onClick={() => onChoose(location)}
          >
            <Group gap={6} wrap="nowrap">
              <Icon
                size={16}
                style={{ flex: 'none' }}
                color={fenceColors[location.kind]}
                aria-label={locationKindNames[location.kind]}
              />
              <Text size="sm" truncate>
                {location.name}
              </Text>
              {location.archivedAt && (
                <Text size="xs" c="dimmed">
                  ({common.archived.toLowerCase()})
                </Text>
              )}
            </Group>
          </UnstyledButton>
        );
      },
    },
    {
      id: 'city',
      header: names.city,
      value: (location) => location.nearestCity,
      width: 140,
      hidden: true,
      cell: (location) => location.nearestCity,
    },
    {
      id: 'radius',
      header: names.radius,
      value: (location) => location.geofenceRadiusM,
      width: 72,
      align: 'right',
      cell: fenceSize,
    },
    {
      id: 'inside',
      header: names.inside,
      value: (location) => location.trackersInside,
      width: 76,
      align: 'right',
      cell: (location) => count(location.trackersInside),
    },
    {
      id: 'runs',
      header: names.runs,
      width: 118,
      hidden: true,
      cell: (location) =>
        locations.runCount(
          new Set([location.productionRun?.id, ...location.productionRuns.map((run) => run.id)].filter(Boolean)).size,
        ),
    },
  ];
}
