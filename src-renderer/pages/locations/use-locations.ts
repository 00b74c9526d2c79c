import { keepPreviousData } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import type { LocationKind } from '../../../src-shared/contract/status.ts';
import { useOperation } from '../../api/use-operation.ts';

/** Locations of a kind that are shown at once; a company has tens or hundreds, and the map shows them all. */
export const LIMIT = 500;

interface Filters {
  show: LocationKind | 'all';
  search: string | undefined;
  productionRunId: number | undefined;
  includeArchived: boolean;
}

/** Both kinds of location as one list, by name. */
export function useLocations({ show, search, productionRunId, includeArchived }: Filters) {
  const input = {
    query: {
      limit: LIMIT,
      ...(search ? { search } : {}),
      ...(productionRunId ? { productionRunId } : {}),
      ...(includeArchived ? { includeArchived: 'true' as const } : {}),
    },
  };
  const storage = useOperation('listStorageLocations', input, {
    enabled: show !== 'delivery',
    placeholderData: keepPreviousData,
  });
  const delivery = useOperation('listDeliveryLocations', input, {
    enabled: show !== 'storage',
    placeholderData: keepPreviousData,
  });
  const items = useMemo<Location[]>(() => {
    const shown = [
      ...(show === 'delivery' ? [] : (storage.data?.items ?? [])),
      ...(show === 'storage' ? [] : (delivery.data?.items ?? [])),
    ];
    return shown.sort((a, b) => a.name.localeCompare(b.name));
  }, [show, storage.data, delivery.data]);
  return {
    items,
    loading: storage.isLoading || delivery.isLoading,
    error: storage.error ?? delivery.error,
    more: (storage.data?.nextCursor ?? delivery.data?.nextCursor ?? null) !== null,
    retry: () => {
      void storage.refetch();
      void delivery.refetch();
    },
  };
}
