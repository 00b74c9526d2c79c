import { Alert, Button, Group, Text } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useCan } from '../../../api/session.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { Time } from '../../../components/Time.tsx';
import { productionRuns } from '../../../strings/production-runs.ts';

const words = productionRuns.lastReports;

/** Of a run that is over: until when its last reports may arrive, and what helps where its last day has few. */
export function LastReports({ runId }: { runId: number }) {
  const mayAsk = useCan('getLastReports');
  const maySet = useCan('updateFetcherSettings');
  const { data } = useOperation('getLastReports', { params: { productionRunId: runId } }, { enabled: mayAsk });
  if (!data) return null;
  const { until, thin, lastDay, usual } = data;
  if (until !== null)
    return (
      <Text size="sm" c="dimmed">
        {words.until} <Time value={until} />. {thin && words.few(lastDay, usual)}
      </Text>
    );
  if (!thin) return null;
  return (
    <Alert color="yellow" icon={<IconHourglass aria-hidden />} title={words.thin}>
      <Group justify="space-between" gap="sm">
        <span>
          {words.few(lastDay, usual)} {words.hint}
        </span>
        {maySet && (
          <Button component={Link} to="/fetcher" variant="default">
            {words.action}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
