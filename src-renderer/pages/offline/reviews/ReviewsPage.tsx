import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconCheck, IconMap2, IconPin, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { MapPack } from '../../../../src-shared/contract/map-packs.ts';
import type { ReviewPin } from '../../../../src-shared/contract/reviews.ts';
import { useCan } from '../../../api/session.ts';
import { useOperation, useOperationMutation } from '../../../api/use-operation.ts';
import { useWorkstation } from '../../../api/workstation.ts';
import { ConfirmButton } from '../../../components/ConfirmButton.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Page } from '../../../components/Page.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { Time } from '../../../components/Time.tsx';
import { formatDay } from '../../../dates/format.ts';
import { GetMap } from '../../../map/packs/GetMap.tsx';
import { packOfPin, useMapPacks } from '../../../map/packs/use-map-packs.ts';
import { bytes, count } from '../../../strings/format.ts';
import { mapPacks as packWords } from '../../../strings/map-packs.ts';
import { reviews as words } from '../../../strings/reviews.ts';
import { PacksPanel } from '../packs/PacksPanel.tsx';
import { PinReview } from './PinReview.tsx';
import classes from './ReviewsPage.module.css';

const looks = {
  loading: { tone: 'busy', icon: IconRefresh },
  waiting: { tone: 'warn', icon: IconAlertTriangle },
  ready: { tone: 'good', icon: IconCheck },
  failed: { tone: 'bad', icon: IconAlertTriangle },
} as const;

/** What this person keeps on this workstation to look at without a connection. */
export default function ReviewsPage() {
  const [opened, { open, close }] = useDisclosure(false);
  const away = useWorkstation().data?.link === 'offline';
  const packs = useMapPacks();
  const pins = useOperation(
    'listReviewPins',
    {},
    {
      refetchInterval: (query) =>
        query.state.data?.items.some((pin) => pin.state === 'loading' || pin.state === 'waiting') ? 700 : 30_000,
    },
  );
  return (
    <Page
      title={words.title}
      description={words.description}
      actions={
        <Button leftSection={<IconPin size={16} aria-hidden />} onClick={open} disabled={away}>
          {words.pin}
        </Button>
      }
    >
      <Panel title={words.list}>
        {pins.isError ? (
          <ErrorState error={pins.error} onRetry={() => void pins.refetch()} />
        ) : pins.data?.items.length === 0 ? (
          <EmptyState icon={IconMap2} title={words.empty} description={words.emptyHint} />
        ) : (
          <ul className={classes.list} aria-busy={pins.isPending}>
            {pins.data?.items.map((pin) => (
              <Pin key={pin.id} pin={pin} away={away} pack={packOfPin(packs.data?.items, pin.id)} />
            ))}
          </ul>
        )}
      </Panel>
      <PacksPanel away={away} />
      {opened && <PinReview onClose={close} />}
    </Page>
  );
}

function Pin({ pin, away, pack }: { pin: ReviewPin; away: boolean; pack: MapPack | undefined }) {
  const [getting, setGetting] = useState(false);
  const takesMaps = useCan('createMapPack');
  const params = { reviewPinId: pin.id };
  const refresh = useOperationMutation('refreshReview', { invalidates: ['listReviewPins'] });
  const unpin = useOperationMutation('unpinReview', { invalidates: ['listReviewPins'] });
  return (
    <li className={classes.pin}>
      <Stack gap={2} className={classes.words ?? ''}>
        <Group gap="xs">
          <strong>{pin.label}</strong>
          <StateBadge {...looks[pin.state]} label={words.states[pin.state]} />
        </Group>
        <Text size="sm" c="dimmed">
          {formatDay(pin.from)} – {formatDay(new Date(Date.parse(pin.to) - 1).toISOString())} · {words.columns.trackers}
          :{' '}
          {pin.total !== null && pin.trackers < pin.total
            ? words.progress(pin.trackers, pin.total)
            : count(pin.trackers)}{' '}
          · {bytes(pin.bytes)}
          {pin.loadedAt && (
            <>
              {' '}
              · {words.columns.age} <Time value={pin.loadedAt} relative />
            </>
          )}
        </Text>
        {pin.state === 'loading' && (
          <>
            <Progress value={pin.total ? (100 * pin.done) / pin.total : 0} aria-label={words.states.loading} />
            <Text size="xs">{words.progress(pin.done, pin.total)}</Text>
          </>
        )}
        {takesMaps && pin.state === 'ready' && (
          <Group gap={6}>
            <Text size="sm" c="dimmed">
              {packWords.ofPin(pack)}
            </Text>
            {!pack && (
              <Button size="compact-xs" variant="default" disabled={away} onClick={() => setGetting(true)}>
                {packWords.getIts}
              </Button>
            )}
          </Group>
        )}
        {getting && (
          <GetMap
            target={{ kind: 'review', reviewPinId: pin.id }}
            label={pin.label}
            onClose={() => setGetting(false)}
          />
        )}
        {pin.error && (
          <Text size="sm" c="var(--attention)">
            {pin.error}
          </Text>
        )}
      </Stack>
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="default"
          disabled={away || pin.state === 'loading'}
          loading={refresh.isPending}
          onClick={() => refresh.mutate({ params })}
        >
          {words.refresh}
        </Button>
        <ConfirmButton title={words.unpinTitle} body={words.unpinBody} onConfirm={() => unpin.mutateAsync({ params })}>
          {words.unpin}
        </ConfirmButton>
      </Group>
    </li>
  );
}
