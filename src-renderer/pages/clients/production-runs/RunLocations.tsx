import { Anchor, Group } from '@mantine/core';
import { IconBuildingWarehouse } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Location } from '../../../../src-shared/contract/locations.ts';
import type { LocationKind } from '../../../../src-shared/contract/status.ts';
import { usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { locationKindNames } from '../../../strings/common.ts';
import { fenceSize } from '../../../strings/fences.ts';
import { count } from '../../../strings/format.ts';
import { productionRuns as words } from '../../../strings/production-runs.ts';
import { statusLooks } from '../../../theme/status.ts';

const columns: Column<Location>[] = [
  { id: 'name', header: words.locationName, width: 200, cell: (location) => location.name },
  {
    id: 'kind',
    header: words.kind,
    width: 160,
    cell: (location) => <KindCell kind={location.kind} />,
  },
  { id: 'city', header: words.city, width: 150, cell: (location) => location.nearestCity },
  {
    id: 'radius',
    header: words.radius,
    width: 80,
    align: 'right',
    cell: fenceSize,
  },
  {
    id: 'inside',
    header: words.inside,
    width: 100,
    align: 'right',
    cell: (location) => (
      <Anchor
        component={Link}
        size="sm"
        to={`/trackers?locationId=${location.id}`}
        aria-label={words.insideOf(count(location.trackersInside), location.name)}
      >
        {count(location.trackersInside)}
      </Anchor>
    ),
  },
];

/** Storage and delivery locations whose fences count for a run. */
export function RunLocations({ runId }: { runId: number }) {
  const query = { query: { productionRunId: runId } };
  const storage = usePages('listStorageLocations', query, { limit: 500 });
  const delivery = usePages('listDeliveryLocations', query, { limit: 500 });
  const error = storage.query.error ?? delivery.query.error;
  const loading = storage.query.isPending || delivery.query.isPending;
  return (
    <Panel
      title={words.locations}
      actions={
        <Anchor component={Link} size="sm" to={`/locations?productionRunId=${runId}`}>
          {words.openLocations}
        </Anchor>
      }
    >
      {error ? (
        <ErrorState
          error={error}
          onRetry={() => {
            void storage.query.refetch();
            void delivery.query.refetch();
          }}
        />
      ) : (
        <DataTable
          name="run-locations"
          label={words.locations}
          columns={columns}
          {...(loading ? { pages: storage } : { rows: [...storage.items, ...delivery.items] })}
          rowKey={(location) => `${location.kind}-${location.id}`}
          empty={
            <EmptyState icon={IconBuildingWarehouse} title={words.noLocations} description={words.noLocationsHint} />
          }
        />
      )}
    </Panel>
  );
}

/** A kind of location with the sign of the status that it gives. */
function KindCell({ kind }: { kind: LocationKind }) {
  const { icon: Icon, color } = statusLooks[kind === 'storage' ? 'IN_STORAGE' : 'DELIVERED'];
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={15} color={color} aria-hidden />
      {locationKindNames[kind]}
    </Group>
  );
}
