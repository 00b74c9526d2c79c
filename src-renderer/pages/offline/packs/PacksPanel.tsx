import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconDownload,
  IconMap2,
  IconPlayerPause,
  IconRefresh,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { MapPack } from '../../../../src-shared/contract/map-packs.ts';
import { invalidateOperations } from '../../../api/invalidate.ts';
import { useCan } from '../../../api/session.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ConfirmButton } from '../../../components/ConfirmButton.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { Time } from '../../../components/Time.tsx';
import { GetMap } from '../../../map/packs/GetMap.tsx';
import { isUnderWay, useMapPacks } from '../../../map/packs/use-map-packs.ts';
import { bytes, count } from '../../../strings/format.ts';
import { mapPacks as words } from '../../../strings/map-packs.ts';
import classes from '../reviews/ReviewsPage.module.css';

const looks = {
  waiting: { tone: 'quiet', icon: IconClock },
  loading: { tone: 'busy', icon: IconRefresh },
  paused: { tone: 'quiet', icon: IconPlayerPause },
  failed: { tone: 'bad', icon: IconAlertTriangle },
  ready: { tone: 'good', icon: IconCheck },
} as const;
const reads = ['listMapPacks', 'getMapSettings'] as const;

/** The maps that this workstation keeps for use offline. */
export function PacksPanel({ away }: { away: boolean }) {
  const sees = useCan('listMapPacks');
  const [getting, setGetting] = useState(false);
  const packs = useMapPacks();
  const items = packs.data?.items ?? [];
  // What maps show changes when a pack is whole.
  const done = items.filter(({ state }) => state === 'ready').length;
  const before = useRef(done);
  useEffect(() => {
    if (before.current !== done) invalidateOperations(['getMapSettings']);
    before.current = done;
  }, [done]);
  if (!sees) return null;
  return (
    <Panel
      title={words.title}
      actions={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} aria-hidden />}
          disabled={away}
          onClick={() => setGetting(true)}
        >
          {words.get}
        </Button>
      }
    >
      {packs.isError ? (
        <ErrorState error={packs.error} onRetry={() => void packs.refetch()} />
      ) : packs.data && items.length === 0 ? (
        <EmptyState icon={IconMap2} title={words.empty} description={words.emptyHint} />
      ) : (
        <>
          <ul className={classes.list} aria-busy={packs.isPending}>
            {items.map((pack) => (
              <Pack key={pack.id} pack={pack} away={away} />
            ))}
          </ul>
          {packs.data && (
            <Text size="xs" c="dimmed" mt="xs">
              {words.onDisk(packs.data.bytes)}
            </Text>
          )}
        </>
      )}
      {getting && <GetMap target={null} label="" onClose={() => setGetting(false)} />}
    </Panel>
  );
}

function Pack({ pack, away }: { pack: MapPack; away: boolean }) {
  const params = { mapPackId: pack.id };
  const act = useOperationMutation('actOnMapPack', { invalidates: reads });
  const remove = useOperationMutation('deleteMapPack', { invalidates: reads });
  const { label, state, done, total, isOfOtherMap, error, maxZoom, source, loadedAt } = pack;
  const button = (action: 'stop' | 'resume' | 'update') => (
    <Button
      variant="default"
      disabled={away}
      loading={act.isPending}
      onClick={() => act.mutate({ params, body: { action } })}
    >
      {words.actions[action]}
    </Button>
  );
  return (
    <li className={classes.pin}>
      <Stack gap={2} className={classes.words ?? ''}>
        <Group gap="xs">
          <strong>{label}</strong>
          <StateBadge {...looks[state]} label={words.states[state]} />
        </Group>
        <Text size="sm" c="dimmed">
          {words.facts(source, maxZoom)} · {bytes(pack.bytes)}
          {loadedAt && (
            <>
              {' '}
              · {words.taken} <Time value={loadedAt} relative />
            </>
          )}
        </Text>
        {state !== 'ready' && (
          <>
            <Progress value={total ? (100 * done) / total : 0} aria-label={words.progressOf(label)} />
            <Text size="xs">{words.progress(count(done), count(total))}</Text>
          </>
        )}
        {isOfOtherMap && (
          <Text size="sm" c="var(--attention)">
            {words.otherMap}
          </Text>
        )}
        {(error ?? act.error?.message) && (
          <Text size="sm" c="var(--attention)" role="alert">
            {error ?? act.error?.message}
          </Text>
        )}
      </Stack>
      <Group gap="xs" wrap="nowrap">
        {isUnderWay(pack) ? button('stop') : state === 'ready' || isOfOtherMap ? button('update') : button('resume')}
        <ConfirmButton
          title={words.deleteTitle(label)}
          body={words.deleteBody}
          onConfirm={() => remove.mutateAsync({ params })}
        >
          {words.delete}
        </ConfirmButton>
      </Group>
    </li>
  );
}
