import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconArchive, IconCalendarEvent, IconCloudDownload, IconPlayerPlay, IconTag } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { call } from '../../api/client.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { useCan } from '../../api/session.ts';
import { sentenceOf } from '../../components/ErrorState.tsx';
import { MAX_REPLAYED } from '../../map/replay/timeline.ts';
import { common } from '../../strings/common.ts';
import { fetchAsked } from '../../strings/fetch-asked.ts';
import { trackers as words } from '../../strings/trackers.ts';
import { AssignModal } from './AssignModal.tsx';
import { chunks } from './assign.ts';
import { DescribeModal } from './DescribeModal.tsx';
import { RetireModal } from './RetireModal.tsx';
import classes from './TrackersPage.module.css';
import type { Selection } from './use-selection.ts';

interface Props {
  selection: Selection;
  /** How many match; undefined while it is counted. */
  total: number | undefined;
  onSelectAll: () => void;
}

/** What can be done to all selected trackers at once. */
export function BulkBar({ selection, total, onSelectAll }: Props) {
  const { trackers } = selection;
  const [assigning, assign] = useDisclosure(false);
  const [retiring, retire] = useDisclosure(false);
  const [fetching, setFetching] = useState(false);
  const mayAssign = useCan('assignTrackers');
  const mayRetire = useCan('retireTrackers');
  const [describing, describe] = useDisclosure(false);
  const mayDescribe = useCan('describeTrackers');
  const mayFetch = useCan('controlFetcher');
  if (trackers.length === 0) return null;

  const fetchNow = async () => {
    setFetching(true);
    try {
      let asked = 0;
      let said = '';
      for (const part of chunks(trackers)) {
        const trackerIds = part.map(({ id }) => id);
        const answer = await call('controlFetcher', { body: { action: 'fetch-now', trackerIds } });
        asked += answer.asked ?? 0;
        said = fetchAsked({ ...answer, asked }, trackers.length);
      }
      notifications.show({ message: said });
      invalidateOperations(['getFetcher', 'getFetchState']);
    } catch (error) {
      notifications.show({ color: 'red', title: common.notDone, message: sentenceOf(error) });
    } finally {
      setFetching(false);
    }
  };
  return (
    <Group gap="xs" role="toolbar" aria-label={words.selected(trackers.length)} className={classes.bulk ?? ''}>
      <Text size="sm" fw={600} role="status">
        {words.selected(trackers.length)}
      </Text>
      {total !== undefined && total > trackers.length && (
        <Button variant="subtle" loading={selection.selecting} onClick={onSelectAll}>
          {words.selectAll(total)}
        </Button>
      )}
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
          loading={fetching}
          onClick={() => void fetchNow()}
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
