import { Alert, Button, Group } from '@mantine/core';
import { IconMapPinQuestion } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { noPosition as words } from '../../strings/no-position.ts';
import { tracker as trackerWords } from '../../strings/trackers.ts';
import { Time } from '../Time.tsx';
import { helpsToFetch, mendAt, useReasonWords } from './mend.ts';

interface Props {
  trackerId: number;
  /** It had a position once. */
  known: boolean;
}

/** Says why a tracker has no position of the last 24 hours, with what mends it. Nothing while it has one. */
export function NoPositionAlert({ trackerId, known }: Props) {
  const mayAsk = useCan('getNoPosition');
  const wordsOf = useReasonWords();
  const mayFetch = useCan('controlFetcher');
  const { data } = useOperation('getNoPosition', { params: { trackerId } }, { enabled: mayAsk });
  const fetchNow = useOperationMutation('controlFetcher', { invalidates: ['getNoPosition', 'getFetchState'] });
  const because = data?.because;
  // Retirement has a notice of its own.
  if (!because || because.reason === 'retired') return null;
  const said = wordsOf(because.reason);
  const to = mendAt(because.reason, { runId: because.productionRunId, trackerId });
  return (
    <Alert color="yellow" icon={<IconMapPinQuestion aria-hidden />} title={words.title(known)} mb="sm">
      <Group justify="space-between" gap="sm">
        <span>
          <strong>{said.title}</strong> {because.leftOut && `${trackerWords.leftOut[because.leftOut]}. `}
          {because.times !== null && `${words.times(because.times)}. `}
          {said.time && because.at && (
            <>
              {said.time} <Time value={because.at} />.{' '}
            </>
          )}
          {said.hint}
        </span>
        {to !== null && said.action && (
          <Button component={Link} to={to} variant="default">
            {said.action}
          </Button>
        )}
        {mayFetch && helpsToFetch(because.reason) && (
          <Button
            variant="default"
            loading={fetchNow.isPending}
            onClick={() => fetchNow.mutate({ body: { action: 'fetch-now', trackerIds: [trackerId] } })}
          >
            {words.fetchNow}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
