import { Button, Group, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { IconArrowLeft, IconPlayerPlay } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useOperation } from '../../api/use-operation.ts';
import { Battery, batteryIn, hasBattery } from '../../components/Battery.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Facts } from '../../components/Facts.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { Time } from '../../components/Time.tsx';
import { distance, nearestCity } from '../../strings/format.ts';
import { map as words } from '../../strings/map.ts';
import { trackers, tracker as trackerWords } from '../../strings/trackers.ts';
import classes from './MapPage.module.css';

interface Props {
  trackerId: number;
  accuracy: boolean;
  onAccuracy: (shown: boolean) => void;
  onBack: () => void;
  onReplay: () => void;
}

const { fact: names } = trackerWords;

/** The tracker clicked on the map: the few facts one looks for first, and the way to its page. */
export function ChosenTracker({ trackerId, accuracy, onAccuracy, onBack, onReplay }: Props) {
  const query = useOperation('getTracker', { params: { trackerId } });
  const tracker = query.data;
  return (
    <Stack gap="xs" p="sm">
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={14} aria-hidden />}
        onClick={onBack}
        style={{ alignSelf: 'flex-start' }}
      >
        {words.back}
      </Button>
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={200} />}
      {tracker && (
        <>
          <Group justify="space-between" gap="xs">
            <Text component="h2" className={classes.mac ?? ''} fw={650} size="md">
              {tracker.macAddress ?? trackers.noMac(tracker.id)}
            </Text>
            <StatusBadge status={tracker.status} />
          </Group>
          <Facts
            facts={[
              { label: names.location, value: tracker.location?.name },
              { label: names.statusSince, value: tracker.statusSince && <Time value={tracker.statusSince} /> },
              { label: names.lastReported, value: <Time value={tracker.lastReport?.reportedAt} relative /> },
              { label: names.nearestCity, value: nearestCity(tracker.lastReport?.nearestCity ?? null) },
              {
                label: names.accuracy,
                value: tracker.lastReport && `± ${distance(tracker.lastReport.horizontalAccuracyM)}`,
              },
              {
                label: names.battery,
                value: tracker.lastReport && hasBattery(tracker.lastReport) && (
                  <Battery {...batteryIn(tracker.lastReport)} />
                ),
              },
              { label: names.client, value: tracker.client?.name },
              { label: names.productionRun, value: tracker.productionRun?.name },
              { label: trackers.columns.name, value: tracker.runPeriod?.name },
              { label: trackers.columns.goodsReference, value: tracker.runPeriod?.goodsReference },
              { label: trackers.columns.tags, value: tracker.runPeriod?.tags.join(', ') || undefined },
              { label: trackers.columns.note, value: tracker.runPeriod?.note },
            ]}
          />
          {!tracker.lastReport && <Text size="sm">{words.noPosition}</Text>}
          <Switch
            size="xs"
            label={words.accuracy}
            checked={accuracy}
            onChange={(event) => onAccuracy(event.currentTarget.checked)}
          />
          <Button component={Link} to={`/trackers/${tracker.id}`}>
            {words.open}
          </Button>
          {tracker.lastReport && (
            <Button variant="default" leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={onReplay}>
              {words.replay.action}
            </Button>
          )}
        </>
      )}
    </Stack>
  );
}
