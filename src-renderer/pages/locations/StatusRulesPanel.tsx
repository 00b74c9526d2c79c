import { Button, Group, NumberInput, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { statusRulesPreviewResult } from '../../../src-shared/contract/status-rules.ts';
import type { OperationOutput } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { JobProgress, useJob } from '../../components/JobProgress.tsx';
import { Panel } from '../../components/Panel.tsx';
import { statusRules as words } from '../../strings/fences.ts';
import { FinishedRuns } from './FinishedRuns.tsx';
import { HistoryExamples } from './HistoryExamples.tsx';
import { locationReads } from './operations.ts';

type Rules = OperationOutput<'getStatusRules'>;

/** The settings of the status rules. They are changed after a preview of what that does to history. */
export function StatusRulesPanel() {
  const { data, isError, error, refetch } = useOperation('getStatusRules', {});
  return (
    <Panel anchor="status-rules" title={words.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.hint}
      </Text>
      {isError && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !isError && <Skeleton height={90} />}
      {data && <RulesForm key={JSON.stringify(data)} rules={data} />}
    </Panel>
  );
}

function RulesForm({ rules }: { rules: Rules }) {
  const mayChange = useCan('updateStatusRules');
  const [exits, setExits] = useState<number | string>(rules.exitConfirmations);
  const [accuracy, setAccuracy] = useState<number | string>(rules.maxAccuracyM ?? '');
  const [jobId, setJobId] = useState<number | null>(null);
  const [runs, setRuns] = useState<string[]>([]);
  const preview = useOperationMutation('previewStatusRules', {
    onSuccess: (job) => {
      setRuns([]);
      setJobId(job.id);
    },
  });
  const update = useOperationMutation('updateStatusRules', {
    invalidates: [...locationReads, 'getStatusRules', 'listRunAggregates'],
    onSuccess: () => notifications.show({ message: words.applied }),
  });
  const job = useJob(jobId);
  const result = job?.state === 'succeeded' ? statusRulesPreviewResult.safeParse(job.result).data : undefined;
  const body = { exitConfirmations: Number(exits), maxAccuracyM: accuracy === '' ? null : Number(accuracy) };
  const isSame = (other: typeof body) =>
    other.exitConfirmations === body.exitConfirmations && other.maxAccuracyM === body.maxAccuracyM;
  const previewed = result !== undefined && isSame(result.rules);
  const valid = body.exitConfirmations >= 1 && body.exitConfirmations <= 10;
  return (
    <Stack gap="sm">
      <Group gap="md" align="flex-start">
        <NumberInput
          label={words.exitConfirmations}
          description={words.exitHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          w={260}
          min={1}
          max={10}
          allowDecimal={false}
          disabled={!mayChange}
          value={exits}
          onChange={setExits}
        />
        <NumberInput
          label={words.maxAccuracyM}
          description={words.accuracyHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          w={260}
          min={0}
          max={255}
          placeholder={words.noLimit}
          disabled={!mayChange}
          value={accuracy}
          onChange={setAccuracy}
        />
      </Group>
      {rules.runsThatKeepOthers > 0 && (
        <Text size="xs" c="dimmed">
          {words.keeping(rules.runsThatKeepOthers)}
        </Text>
      )}
      {preview.isError && <ErrorState error={preview.error} />}
      {jobId !== null && !result && <JobProgress jobId={jobId} />}
      {previewed && (
        <Stack gap={4} role="status">
          <Text size="sm">{words.result(result)}</Text>
          <HistoryExamples examples={result.examples} />
          <FinishedRuns runs={result.finishedRuns} value={runs} onChange={setRuns} />
        </Stack>
      )}
      {update.isError && <ErrorState error={update.error} />}
      {mayChange && (
        <Group gap="xs">
          <Button
            variant="default"
            disabled={!valid}
            loading={preview.isPending}
            onClick={() => preview.mutate({ body })}
          >
            {words.preview}
          </Button>
          <Button
            disabled={!previewed || (isSame(rules) && runs.length === 0)}
            loading={update.isPending}
            onClick={() =>
              update.mutate({ body: { ...body, finishedRunIds: runs.map(Number) }, version: rules.version })
            }
          >
            {words.apply}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
