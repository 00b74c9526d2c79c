import type { MapPack } from '../../../src-shared/contract/map-packs.ts';
import { useCan } from '../../api/session.ts';
import { useOperation } from '../../api/use-operation.ts';

export const isUnderWay = ({ state }: MapPack): boolean => state === 'loading' || state === 'waiting';

/** The maps of this workstation, asked for again while one is taken. */
export function useMapPacks() {
  return useOperation(
    'listMapPacks',
    {},
    {
      enabled: useCan('listMapPacks'),
      refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) ? 1_000 : false),
    },
  );
}

/** The map that was taken for a pinned review. */
export const packOfPin = (packs: readonly MapPack[] | undefined, reviewPinId: number): MapPack | undefined =>
  packs?.findLast(({ target }) => target.kind === 'review' && target.reviewPinId === reviewPinId);
