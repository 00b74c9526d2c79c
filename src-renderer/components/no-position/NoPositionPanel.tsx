import { Anchor, Group, Skeleton, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useCan } from '../../api/session.ts';
import { useOperation } from '../../api/use-operation.ts';
import { count } from '../../strings/format.ts';
import { noPosition as words } from '../../strings/no-position.ts';
import { ErrorState } from '../ErrorState.tsx';
import { Panel } from '../Panel.tsx';
import { mendAt } from './mend.ts';

/** How many trackers have no position of the last 24 hours, by the first reason; of one run, or of all. */
export function NoPositionPanel({ runId }: { runId?: number }) {
  const mayAsk = useCan('countNoPosition');
  const query = runId === undefined ? {} : { productionRunId: runId };
  const { data, isError, error, refetch } = useOperation('countNoPosition', { query }, { enabled: mayAsk });
  if (!mayAsk || data?.trackers === 0) return null;
  return (
    <Panel title={words.panel}>
      {isError && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !isError && <Skeleton height={60} />}
      {data && (
        <Stack gap={6}>
          <Text size="sm" c="dimmed">
            {data.reasons.length === 0 ? words.none : words.located(data.located, data.trackers)}
          </Text>
          {data.reasons.map(({ reason, count: trackers, trackerId }) => {
            const said = words.reasons[reason];
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
                {to !== null && said.action && (
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
