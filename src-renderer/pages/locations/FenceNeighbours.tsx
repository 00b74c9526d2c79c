import { Anchor, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { distanceM } from '../../../src-shared/domain/geo/distance.ts';
import { useOperation } from '../../api/use-operation.ts';
import { useFences } from '../../map/use-fences.ts';
import { locations } from '../../strings/locations.ts';
import { type Draft, type Editing, fenceOf } from './draft.ts';
import { keyOf } from './operations.ts';

const { form: words } = locations;
const NAMED = 3;

/** What is said about a fence beside others: which it overlaps, and whether its run counts its days in another zone. */
export function FenceNeighbours({ editing, draft }: { editing: Editing; draft: Draft }) {
  const fences = useFences(null);
  const fence = fenceOf(draft);
  const own = editing.location && keyOf(editing.location);
  // Circles only: what an outline covers is the core's to say.
  const overlapping =
    fence && !editing.location?.outline
      ? fences.filter((other) => {
          const [longitude, latitude] = other.position.coordinates;
          return (
            !other.outline &&
            keyOf(other) !== own &&
            distanceM(fence, { latitude, longitude }) < fence.radius + other.geofenceRadiusM
          );
        })
      : [];
  return (
    <>
      {overlapping.length > 0 && (
        <Text size="xs" c="var(--attention)" role="status">
          {words.overlaps(
            overlapping.slice(0, NAMED).map(({ name }) => name),
            overlapping.length - NAMED,
          )}
        </Text>
      )}
      {fence && draft.productionRunId !== null && (
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
  const clock = (zone: string) =>
    [0, 183].map(
      (days) =>
        new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
          .formatToParts(Date.now() + days * 86_400_000)
          .find(({ type }) => type === 'timeZoneName')?.value,
    );
  return a !== b && clock(a).join() !== clock(b).join();
}
