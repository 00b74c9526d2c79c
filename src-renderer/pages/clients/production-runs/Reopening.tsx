import { Alert, List, Text } from '@mantine/core';
import { useOperation } from '../../../api/use-operation.ts';
import { productionRuns } from '../../../strings/production-runs.ts';

const words = productionRuns.reopening;
/** More are counted. */
const NAMED = 8;

/** What a run that is over takes up when new dates reopen it: fences and rules as they are now. */
export function Reopening({ runId }: { runId: number }) {
  const { data } = useOperation('getRunReopening', { params: { productionRunId: runId } });
  if (!data?.isOver) return null;
  const { fences, rules } = data;
  if (fences.length === 0 && rules === null) return <Text size="sm">{words.same}</Text>;
  return (
    <Alert color="yellow" role="status" title={words.title}>
      <List size="sm">
        {fences.slice(0, NAMED).map(({ id, name }) => (
          <List.Item key={id}>{words.fence(name)}</List.Item>
        ))}
        {fences.length > NAMED && <List.Item>{words.more(fences.length - NAMED)}</List.Item>}
        {rules && <List.Item>{words.rules(rules.kept, rules.present)}</List.Item>}
      </List>
    </Alert>
  );
}
