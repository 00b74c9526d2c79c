import { Button, Group, NumberInput, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCircleCheck, IconCircleDashed, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useState } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { useCan } from '../../api/session.ts';
import { useOperation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { fences as words } from '../../strings/fences.ts';
import { locationApi, locationReads } from './operations.ts';
import { useHistoryPreview } from './use-history-preview.tsx';

/** Of the verdicts on a fence. */
export const fenceIcons = {
  fits: IconCircleCheck,
  larger: IconZoomIn,
  smaller: IconZoomOut,
  'too-few': IconCircleDashed,
};

/** What the reports near a location say of its fence, what another radius would change, and the way to apply it. */
export function FenceSuggestion({ location }: { location: Location }) {
  const { data, isError, error } = useOperation('getFenceSuggestion', { params: { locationId: location.id } });
  const mayPreview = useCan('previewFenceHistory');
  const [tried, setTried] = useState<number | string>('');
  const radius = Number(tried === '' ? (data?.suggestedRadiusM ?? location.geofenceRadiusM) : tried);
  const preview = useHistoryPreview(location.id, { geofenceRadiusM: radius });
  if (isError) return <ErrorState error={error} />;
  if (!data) return null;
  const apply = async () => {
    await locationApi.update(location, { geofenceRadiusM: radius, finishedRunIds: preview.finishedRunIds });
    invalidateOperations([...locationReads, 'getFenceSuggestion']);
    notifications.show({ message: words.applied(radius) });
    setTried('');
  };
  return (
    <Stack gap={6} mt="sm">
      <Title order={3}>{words.title}</Title>
      <Group gap="xs">
        <StateBadge
          tone={data.verdict === 'fits' ? 'good' : data.verdict === 'too-few' ? 'quiet' : 'warn'}
          icon={fenceIcons[data.verdict]}
          label={words.words[data.verdict]}
        />
        <Text size="sm">{words.verdicts[data.verdict]}</Text>
      </Group>
      {data.suggestedRadiusM !== null && (
        <Text size="sm">{words.radius(data.currentRadiusM, data.suggestedRadiusM)}</Text>
      )}
      {data.reports > 0 && (
        <Text size="xs" c="dimmed">
          {words.seen(data)}. {words.figures(data)}
          {data.roomM === null ? '.' : `; ${words.room(data.roomM)}.`}
        </Text>
      )}
      {mayPreview && (
        <Group gap="xs" align="flex-end">
          <NumberInput label={words.tryRadius} w={140} min={5} max={50_000} value={radius} onChange={setTried} />
          <Button variant="default" loading={preview.isPending} onClick={preview.ask}>
            {words.preview}
          </Button>
          <Button
            disabled={(radius === data.currentRadiusM && preview.finishedRunIds.length === 0) || !(radius >= 5)}
            onClick={() => void apply()}
          >
            {words.apply}
          </Button>
        </Group>
      )}
      {preview.outcome}
    </Stack>
  );
}
