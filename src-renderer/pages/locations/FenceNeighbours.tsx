import { Anchor, Button, Group, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { wallClock } from '../../../src-shared/domain/days.ts';
import type { Corner } from '../../../src-shared/domain/fences/outline.ts';
import { useOperation } from '../../api/use-operation.ts';
import { useFences } from '../../map/use-fences.ts';
import { locations } from '../../strings/locations.ts';
import { type Draft, fenceOf, withOutline } from './draft.ts';
import { isFarUnlessSwapped } from './looks-swapped.ts';
import type { FenceSurroundings } from './use-fence-preview.ts';

const { form: words } = locations;
const NAMED = 3;

interface Props {
  draft: Draft;
  form: UseFormReturnType<Draft>;
  /** Undefined while it isn't known. */
  overlapping: FenceSurroundings['overlapping'] | undefined;
}

/** What is said about a fence beside others: which it overlaps, whether its run counts its days in another zone, and whether its axes look swapped. */
export function FenceNeighbours({ draft, form, overlapping }: Props) {
  const fences = useFences(null);
  const fence = fenceOf(draft);
  if (!fence) return null;
  const swapped = isFarUnlessSwapped(fence, fences);
  return (
    <>
      {overlapping && overlapping.count > 0 && (
        <Text size="xs" c="var(--attention)" role="status">
          {words.overlaps(
            overlapping.named.slice(0, NAMED).map(({ name }) => name),
            overlapping.count - Math.min(NAMED, overlapping.named.length),
          )}
        </Text>
      )}
      {swapped && (
        <Group gap={8}>
          <Text size="xs" c="var(--attention)" role="status" style={{ flex: 1 }}>
            {words.looksSwapped}
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() =>
              form.setValues(
                fence.outline
                  ? withOutline(fence.outline.map((rings) => rings.map((ring) => ring.map(([x, y]): Corner => [y, x]))))
                  : { latitude: fence.longitude, longitude: fence.latitude },
              )
            }
          >
            {words.swap}
          </Button>
        </Group>
      )}
      {draft.productionRunId !== null && (
        <ZoneOfRun productionRunId={draft.productionRunId} latitude={fence.latitude} longitude={fence.longitude} />
      )}
    </>
  );
}

function ZoneOfRun({
  productionRunId,
  latitude,
  longitude,
}: {
  productionRunId: number;
  latitude: number;
  longitude: number;
}) {
  const run = useOperation('getProductionRun', { params: { productionRunId } }, { staleTime: 60_000 }).data;
  const zone = useTimeZone(latitude, longitude);
  if (!run || zone === null || !differ(zone, run.timeZone)) return null;
  return (
    <Text size="xs" c="dimmed" role="status">
      {words.zone(zone, run.timeZone)}{' '}
      <Anchor component={Link} to={`/production-runs/${run.id}`} target="_blank" size="xs">
        {words.zoneChange}
      </Anchor>
    </Text>
  );
}

/** The zone of a place; null until it is known. Its table comes when it is first wanted. */
function useTimeZone(latitude: number, longitude: number): string | null {
  const [zone, setZone] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    import('@photostructure/tz-lookup').then(
      ({ default: lookUp }) => wanted && setZone(isOnEarth(latitude, longitude) ? lookUp(latitude, longitude) : null),
      // A hint that can't be given is no fault to tell of.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [latitude, longitude]);
  return zone;
}

const isOnEarth = (latitude: number, longitude: number) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;

/** Zones of one name, or with the same clock now and in half a year, count days alike. */
function differ(a: string, b: string): boolean {
  const now = Date.now();
  const clock = (zone: string) => [0, 183].map((days) => wallClock(zone, now + days * 86_400_000));
  return a !== b && clock(a).join() !== clock(b).join();
}
