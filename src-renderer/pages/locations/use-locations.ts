import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import { allLocations } from '../../map/use-fences.ts';

interface Filters {
  show: LocationKind | 'all';
  search: string | undefined;
  productionRunId: number | undefined;
  includeArchived: boolean;
}
const none: Location[] = [];

/** Both kinds of location as one list, by name: all of them, page by page, since the map beside the list shows them all. */
export function useLocations({ show, search, productionRunId, includeArchived }: Filters) {
  const query = {
    ...(search ? { search } : {}),
    ...(productionRunId ? { productionRunId } : {}),
    ...(includeArchived ? { includeArchived: 'true' as const } : {}),
  };
  const settings = { placeholderData: keepPreviousData };
  const storage = useQuery({
    ...allLocations('listStorageLocations', query),
    ...settings,
    enabled: show !== 'delivery',
  });
  const delivery = useQuery({
    ...allLocations('listDeliveryLocations', query),
    ...settings,
    enabled: show !== 'storage',
  });
  const items = useMemo<Location[]>(
    () =>
      [
        ...(show === 'delivery' ? none : (storage.data ?? none)),
        ...(show === 'storage' ? none : (delivery.data ?? none)),
      ].sort((a, b) => a.name.localeCompare(b.name)),
    [show, storage.data, delivery.data],
  );
  return {
    items,
    loading: storage.isLoading || delivery.isLoading,
    error: storage.error ?? delivery.error,
    retry: () => {
      void storage.refetch();
      void delivery.refetch();
    },
  };
}
