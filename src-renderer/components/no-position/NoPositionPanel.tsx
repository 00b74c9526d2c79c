import { Anchor, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { useCan, useRole } from '../../api/session.ts';
import { useOperation } from '../../api/use-operation.ts';
import { count } from '../../strings/format.ts';
import { noPosition as words } from '../../strings/no-position.ts';
import { ErrorState } from '../ErrorState.tsx';
import { Panel } from '../Panel.tsx';
import { ReferenceSelect } from '../ReferenceSelect.tsx';
import { mendAt, useReasonWords } from './mend.ts';

/**
 * How many trackers have no position of the last 24 hours, by the first reason; of one run, of a chosen client, or of all; for a
 * client's user of theirs.
 */
export function NoPositionPanel({ runId, className }: { runId?: number; className?: string | undefined }) {
  const mayAsk = useCan('countNoPosition');
  const wordsOf = useReasonWords();
  const isClient = useRole() === 'client-viewer';
  const { pathname } = useLocation();
  const [clientId, setClientId] = useState<number | null>(null);
  const query = runId !== undefined ? { productionRunId: runId } : clientId !== null ? { clientId } : {};
  const { data, isError, error, refetch } = useOperation('countNoPosition', { query }, { enabled: mayAsk });
  if (!mayAsk || (data?.trackers === 0 && clientId === null)) return null;
  const client = runId === undefined && !isClient && (
    <ReferenceSelect
      kind="client"
      aria-label={words.client}
      placeholder={words.anyClient}
      clearable
      w={200}
      value={clientId}
      onChange={setClientId}
    />
  );
  return (
    <Panel title={words.panel} actions={client} className={className}>
      {isError && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !isError && <Skeleton height={60} />}
      {data && (
        <Stack gap={6}>
          <Text size="sm" c="dimmed">
            {data.trackers === 0
              ? words.noTrackers
              : data.reasons.length === 0
                ? words.none
                : words.located(data.located, data.trackers)}
          </Text>
          {data.reasons.map(({ reason, count: trackers, trackerId }) => {
            const said = wordsOf(reason);
            const to = mendAt(reason, { runId: runId ?? null, trackerId });
            return (
              <Group key={reason} gap="xs" wrap="wrap" component="div">
                <Text size="sm" fw={600} w={56} ta="right">
                  {count(trackers)}
                </Text>
                <Text size="sm" title={said.hint}>
                  {said.short}
                </Text>
                <Anchor component={Link} to={`/trackers/${trackerId}`} size="sm">
                  {words.example}
                </Anchor>
                {to !== null && to !== pathname && said.action && (
                  <Anchor component={Link} to={to} size="sm">
                    {said.action}
                  </Anchor>
                )}
              </Group>
            );
          })}
        </Stack>
      )}
    </Panel>
  );
}
