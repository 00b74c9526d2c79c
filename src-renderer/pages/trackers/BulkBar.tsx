import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArchive, IconCalendarEvent, IconCloudDownload, IconPlayerPlay, IconTag } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useCan } from '../../api/session.ts';
import { MAX_REPLAYED } from '../../map/replay/timeline.ts';
import { trackers as words } from '../../strings/trackers.ts';
import { AssignModal } from './AssignModal.tsx';
import { DescribeModal } from './DescribeModal.tsx';
import { useFetchNow } from './fetch-now.ts';
import { RetireModal } from './RetireModal.tsx';
import classes from './TrackersPage.module.css';
import type { Selection } from './use-selection.ts';

interface Props {
  selection: Selection;
}

/** What can be done to all selected trackers at once. */
export function BulkBar({ selection }: Props) {
  const { trackers } = selection;
  const [assigning, assign] = useDisclosure(false);
  const [retiring, retire] = useDisclosure(false);
  const { isFetching, fetchNow } = useFetchNow();
  const mayAssign = useCan('assignTrackers');
  const mayRetire = useCan('retireTrackers');
  const [describing, describe] = useDisclosure(false);
  const mayDescribe = useCan('describeTrackers');
  const mayFetch = useCan('controlFetcher');
  if (trackers.length === 0) return null;

  return (
    <Group gap="xs" role="toolbar" aria-label={words.selected(trackers.length)} className={classes.bulk ?? ''}>
      <Text size="sm" fw={600} role="status">
        {words.selected(trackers.length)}
      </Text>
      {mayAssign && (
        <Button leftSection={<IconCalendarEvent size={14} aria-hidden />} onClick={assign.open}>
          {words.assign.action}
        </Button>
      )}
      {mayRetire && (
        <Button variant="default" leftSection={<IconArchive size={14} aria-hidden />} onClick={retire.open}>
          {words.retire.action}
        </Button>
      )}
      {mayDescribe && (
        <Button variant="default" leftSection={<IconTag size={14} aria-hidden />} onClick={describe.open}>
          {words.describe.action}
        </Button>
      )}
      {mayFetch && (
        <Button
          variant="default"
          leftSection={<IconCloudDownload size={14} aria-hidden />}
          loading={isFetching}
          onClick={() => void fetchNow(trackers.map(({ id }) => id))}
        >
          {words.fetchNow}
        </Button>
      )}
      {trackers.length <= MAX_REPLAYED && (
        <Button
          component={Link}
          to={`/map?replay=${trackers.map(({ id }) => id).join()}`}
          variant="default"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
        >
          {words.replay}
        </Button>
      )}
      <Button variant="subtle" onClick={selection.clear}>
        {words.clearSelection}
      </Button>
      <DescribeModal
        trackerIds={trackers.map(({ id }) => id)}
        opened={describing}
        onClose={describe.close}
        onDone={selection.clear}
      />
      <RetireModal
        trackerIds={trackers.map(({ id }) => id)}
        opened={retiring}
        onClose={retire.close}
        onDone={selection.clear}
      />
      <AssignModal trackers={trackers} opened={assigning} onClose={assign.close} onDone={selection.clear} />
    </Group>
  );
}
