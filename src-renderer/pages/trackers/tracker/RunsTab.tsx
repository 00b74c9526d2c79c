import { Anchor, Badge, Button, Table, Text, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import type { RunPeriodRow } from '../../../../src-shared/contract/period-corrections.ts';
import { useCan } from '../../../api/session.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Time } from '../../../components/Time.tsx';
import { tracker } from '../../../strings/trackers.ts';
import { CorrectPeriod } from './CorrectPeriod.tsx';

const { runs: words } = tracker;

/** When the tracker belonged to which run, each with its correction. */
export function RunsTab({ trackerId }: { trackerId: number }) {
  const { data, isError, error, refetch } = useOperation('listRunPeriods', { params: { trackerId } });
  const mayCorrect = useCan('correctRunPeriod');
  const [correcting, setCorrecting] = useState<RunPeriodRow | null>(null);
  if (isError) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data?.items.length === 0) return <EmptyState title={words.empty} description={words.emptyHint} />;
  return (
    <>
      <Table.ScrollContainer minWidth={560}>
        <Table aria-label={words.label}>
          <Table.Thead>
            <Table.Tr>
              {[words.run, words.client, words.from, words.to, ''].map((title) => (
                <Table.Th key={title}>{title}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data?.items.map((period) => (
              <Table.Tr key={period.id}>
                <Table.Td>
                  <Anchor component={Link} size="sm" to={`/production-runs/${period.productionRun.id}`}>
                    {period.productionRun.name}
                  </Anchor>{' '}
                  {period.isGuessed && (
                    <Tooltip label={words.guessedHint}>
                      <Badge variant="light" color="gray" size="sm">
                        {words.guessed}
                      </Badge>
                    </Tooltip>
                  )}
                </Table.Td>
                <Table.Td>
                  <Text size="sm">{period.client.name}</Text>
                </Table.Td>
                <Table.Td>
                  <Time value={period.startsAt} absent={words.unlimited} />
                </Table.Td>
                <Table.Td>
                  <Time value={period.endsAt} absent={words.present} />
                </Table.Td>
                <Table.Td ta="right">
                  {mayCorrect && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={words.correctOf(period.productionRun.name)}
                      onClick={() => setCorrecting(period)}
                    >
                      {words.correct}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {correcting && <CorrectPeriod trackerId={trackerId} period={correcting} onClose={() => setCorrecting(null)} />}
    </>
  );
}
