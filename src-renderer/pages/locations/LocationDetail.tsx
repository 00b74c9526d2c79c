import { Anchor, Badge, Button, Group, Stack, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArchive, IconArchiveOff, IconEdit, IconTrash } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { useCan } from '../../api/session.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { Facts } from '../../components/Facts.tsx';
import { MacAddress } from '../../components/MacAddress.tsx';
import { notifyUndo } from '../../components/notify-undo.tsx';
import { Time } from '../../components/Time.tsx';
import { common, locationKindNames } from '../../strings/common.ts';
import { fenceSize } from '../../strings/fences.ts';
import { count } from '../../strings/format.ts';
import { locations as words } from '../../strings/locations.ts';
import { FenceShapes } from './FenceShapes.tsx';
import { FenceSuggestion } from './FenceSuggestion.tsx';
import classes from './Locations.module.css';
import { locationApi, locationReads } from './operations.ts';

interface Props {
  location: Location;
  onEdit: () => void;
  onGone: () => void;
}

/** One location in words, with what may be done to it. */
export function LocationDetail({ location, onEdit, onGone }: Props) {
  const mayChange = useCan('updateStorageLocation');
  const seesFence = useCan('getFenceSuggestion');
  const { kind, id, name, productionRun, productionRuns } = location;
  const archived = location.archivedAt !== null;
  const setArchived = async (next: boolean, version = location.version) => {
    const saved = await locationApi.update({ kind, id, version }, { archived: next });
    invalidateOperations(locationReads);
    if (next) notifyUndo(words.archived(name), () => setArchived(false, saved.version));
    else notifications.show({ message: words.restored(name) });
  };
  const remove = async () => {
    await locationApi.remove(location);
    invalidateOperations(locationReads);
    notifications.show({ message: words.deleted(name) });
    onGone();
  };
  return (
    <section className={classes.detail} aria-label={name}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Title order={2}>{name}</Title>
            <Badge variant="light" color="gray" tt="none">
              {locationKindNames[kind]}
            </Badge>
            {archived && (
              <Badge variant="outline" color="gray" tt="none">
                {common.archived}
              </Badge>
            )}
          </Group>
          {mayChange && (
            <Group gap={6}>
              <Button variant="default" leftSection={<IconEdit size={14} aria-hidden />} onClick={onEdit}>
                {words.edit}
              </Button>
              <ConfirmButton
                title={archived ? `${words.restore} ${name}?` : words.archiveTitle(name)}
                body={archived ? words.description : words.archiveBody}
                confirmLabel={archived ? words.restore : words.archive}
                confirmColor="iris"
                onConfirm={() => setArchived(!archived)}
                leftSection={
                  archived ? <IconArchiveOff size={14} aria-hidden /> : <IconArchive size={14} aria-hidden />
                }
              >
                {archived ? words.restore : words.archive}
              </ConfirmButton>
              <ConfirmButton
                title={words.deleteTitle(name)}
                body={words.deleteBody}
                onConfirm={remove}
                leftSection={<IconTrash size={14} aria-hidden />}
              >
                {words.delete}
              </ConfirmButton>
            </Group>
          )}
        </Group>
        <Facts
          facts={[
            { label: words.detail.address, value: location.address },
            {
              label: words.detail.position,
              value: <MacAddress value={[...location.position.coordinates].reverse().join(', ')} />,
            },
            { label: words.detail.nearestCity, value: location.nearestCity },
            { label: words.detail.radius, value: fenceSize(location) },
            {
              label: words.detail.run,
              value: productionRun && <RunLinks runs={[productionRun]} />,
            },
            { label: words.detail.alsoRuns, value: productionRuns.length > 0 && <RunLinks runs={productionRuns} /> },
            {
              label: words.detail.inside,
              value: (
                <>
                  {count(location.trackersInside)}{' '}
                  {location.trackersInside > 0 && (
                    <Anchor component={Link} to={`/trackers?locationId=${id}`} size="sm">
                      {words.detail.showTrackers}
                    </Anchor>
                  )}
                </>
              ),
            },
            { label: words.detail.created, value: <Time value={location.createdAt} /> },
          ]}
        />
        {seesFence && <FenceShapes locationId={id} />}
        {seesFence && !archived && !location.outline && (
          <FenceSuggestion key={`${id} ${location.geofenceRadiusM}`} location={location} />
        )}
      </Stack>
    </section>
  );
}

function RunLinks({ runs }: { runs: { id: number; name: string }[] }) {
  return (
    <Group gap={8}>
      {runs.map((run) => (
        <Anchor key={run.id} component={Link} to={`/production-runs/${run.id}`} size="sm">
          {run.name}
        </Anchor>
      ))}
    </Group>
  );
}
