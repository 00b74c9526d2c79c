import { ActionIcon, Anchor, Autocomplete, Button, Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowLeft, IconDownload, IconX } from '@tabler/icons-react';
import type L from 'leaflet';
import { useState } from 'react';
import { Link } from 'react-router';
import { downloadText } from '../../api/download.ts';
import { useOperation } from '../../api/use-operation.ts';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { gpxOf } from '../../map/replay/gpx.ts';
import { journeyColor, journeyInk } from '../../map/replay/replay-layer.ts';
import { type Journey, MAX_REPLAYED, placeAt } from '../../map/replay/timeline.ts';
import { common } from '../../strings/common.ts';
import { duration } from '../../strings/format.ts';
import { map } from '../../strings/map.ts';
import { trackers } from '../../strings/trackers.ts';
import classes from './Replay.module.css';
import { SavePicture } from './SavePicture.tsx';

const { replay: words } = map;

interface Props {
  trackerIds: readonly number[];
  /** In the same order; null while one is loading, or when it could not be read. */
  journeys: readonly (Journey | null)[];
  loading: boolean;
  map: L.Map | null;
  /** Time of the replay, epoch milliseconds. */
  at: number;
  onChange: (trackerIds: number[]) => void;
  onClose: () => void;
}

/** The trackers that are replayed, each with what it did at the moment shown: the same as the map says, in words. */
export function ReplayPanel({ trackerIds, journeys, loading, map: shown, at, onChange, onClose }: Props) {
  return (
    <Stack gap="xs" p="sm">
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={14} aria-hidden />}
        onClick={onClose}
        style={{ alignSelf: 'flex-start' }}
      >
        {map.back}
      </Button>
      <Text component="h2" fw={650} size="md">
        {words.title(trackerIds.length)}
      </Text>
      <ol className={classes.journeys}>
        {trackerIds.map((id, index) => (
          <li key={id} className={classes.journey}>
            <span
              className={classes.number}
              style={{ background: journeyColor(index), color: journeyInk(index) }}
              aria-hidden
            >
              {index + 1}
            </span>
            <JourneyWords journey={journeys[index] ?? null} id={id} loading={loading} at={at} />
            <ActionIcon
              aria-label={words.remove(journeys[index]?.name ?? trackers.noMac(id))}
              onClick={() => onChange(trackerIds.filter((other) => other !== id))}
            >
              <IconX size={14} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <Button
        variant="default"
        leftSection={<IconDownload size={14} aria-hidden />}
        disabled={journeys.every((journey) => journey === null)}
        onClick={() =>
          downloadText(
            gpxOf(
              journeys.filter((journey) => journey !== null),
              common.product,
            ),
            'journeys.gpx',
            'application/gpx+xml',
          )
        }
      >
        {words.gpx}
      </Button>
      <SavePicture map={shown} size="sm" />
      {trackerIds.length < MAX_REPLAYED && (
        <AddTracker except={trackerIds} onAdd={(id) => onChange([...trackerIds, id])} />
      )}
    </Stack>
  );
}

function JourneyWords({
  journey,
  id,
  loading,
  at,
}: {
  journey: Journey | null;
  id: number;
  loading: boolean;
  at: number;
}) {
  const place = journey && placeAt(journey, at);
  return (
    <div className={classes.words}>
      <Anchor component={Link} to={`/trackers/${id}`} className={classes.mac ?? ''}>
        {journey?.name ?? trackers.noMac(id)}
      </Anchor>
      <Group gap={6} wrap="nowrap">
        {place?.status && <StatusBadge status={place.status} />}
        <Text size="xs" c="dimmed" truncate>
          {place
            ? words.heard(duration(place.age / 1000))
            : journey
              ? journey.fixes.length === 0
                ? map.noPosition
                : words.notYet
              : loading
                ? common.loading
                : words.unreadable}
        </Text>
      </Group>
    </div>
  );
}

function AddTracker({ except, onAdd }: { except: readonly number[]; onAdd: (id: number) => void }) {
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.trim(), 200);
  const found = useOperation('listTrackers', { query: { search: wanted, limit: 8 } }, { enabled: wanted.length >= 2 });
  const options = (found.data?.items ?? []).filter(({ id }) => !except.includes(id));
  return (
    <Autocomplete
      label={words.add}
      placeholder={trackers.searchPlaceholder}
      value={search}
      onChange={setSearch}
      data={options.map(({ id, macAddress }) => macAddress ?? trackers.noMac(id))}
      filter={({ options: all }) => all}
      onOptionSubmit={(name) => {
        const chosen = options.find(({ id, macAddress }) => (macAddress ?? trackers.noMac(id)) === name);
        if (chosen) onAdd(chosen.id);
        setSearch('');
      }}
      selectFirstOptionOnChange
    />
  );
}
