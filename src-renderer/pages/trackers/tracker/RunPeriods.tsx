import {
  ActionIcon,
  Anchor,
  Badge,
  Group,
  Menu,
  Skeleton,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { PeriodWords, RunPeriodOfTracker } from '../../../../src-shared/contract/run-periods.ts';
import { api } from '../../../api/client.ts';
import { useCan } from '../../../api/session.ts';
import { useOperation, useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { Time } from '../../../components/Time.tsx';
import { tracker as ofTracker, trackers } from '../../../strings/trackers.ts';
import { wordReads } from '../DescribeModal.tsx';
import { CorrectPeriod } from './CorrectPeriod.tsx';

const { runs } = ofTracker;
const { periods: words, describe, columns: names } = trackers;

/** Which runs the tracker belonged to, the latest first, and what it was fixed to in each. */
export function RunPeriods({ trackerId, className }: { trackerId: number; className?: string | undefined }) {
  const { data, isError, error, refetch } = useOperation('listTrackerGoods', { params: { trackerId } });
  const mayEdit = useCan('describeRunPeriod');
  const mayCorrect = useCan('correctRunPeriod');
  const [corrected, setCorrected] = useState<RunPeriodOfTracker | null>(null);
  const [edited, setEdited] = useState<RunPeriodOfTracker | null>(null);
  return (
    <Panel title={words.title} term="runPeriod" className={className}>
      {isError && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !isError && <Skeleton height={60} />}
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      )}
      <Stack gap="sm">
        {data?.items.map((period) => (
          <Stack key={period.id} gap={2}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Anchor component={Link} to={`/production-runs/${period.productionRun.id}`} size="sm" fw={600}>
                {period.productionRun.name}
              </Anchor>
              {(mayEdit || mayCorrect) && (
                <Menu position="bottom-end" withArrow shadow="md">
                  <Menu.Target>
                    <ActionIcon variant="subtle" aria-label={words.actionsOf(period.productionRun.name)}>
                      <IconDots size={16} aria-hidden />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    {mayEdit && <Menu.Item onClick={() => setEdited(period)}>{words.edit}</Menu.Item>}
                    {mayCorrect && <Menu.Item onClick={() => setCorrected(period)}>{words.correct}</Menu.Item>}
                  </Menu.Dropdown>
                </Menu>
              )}
            </Group>
            <Text size="xs" c="dimmed">
              {period.from ? <Time value={period.from} /> : words.begin} –{' '}
              {period.to ? <Time value={period.to} /> : words.now}
            </Text>
            <Group gap={6}>
              <Text size="xs" c="dimmed">
                {period.client.name}
              </Text>
              {period.lastStatus && <StatusBadge status={period.lastStatus} />}
              {period.isGuessed && (
                <Tooltip label={runs.guessedHint}>
                  <Badge variant="light" color="gray" size="sm" tt="none">
                    {runs.guessed}
                  </Badge>
                </Tooltip>
              )}
            </Group>
            {period.name && <Text size="sm">{period.name}</Text>}
            {period.goodsReference && (
              <Text size="sm">
                {names.goodsReference}: {period.goodsReference}
              </Text>
            )}
            {period.tags.length > 0 && (
              <Group gap={4}>
                {period.tags.map((tag) => (
                  <Badge key={tag} size="sm" variant="light" tt="none">
                    {tag}
                  </Badge>
                ))}
              </Group>
            )}
            {period.note && (
              <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
                {period.note}
              </Text>
            )}
          </Stack>
        ))}
      </Stack>
      {edited && <EditPeriod key={edited.id} trackerId={trackerId} period={edited} onClose={() => setEdited(null)} />}
      {corrected && (
        <CorrectPeriod
          trackerId={trackerId}
          period={{ ...corrected, startsAt: corrected.from, endsAt: corrected.to }}
          onClose={() => setCorrected(null)}
        />
      )}
    </Panel>
  );
}

const wordsOf = ({ name, goodsReference, tags, note }: PeriodWords) => ({
  name: name ?? '',
  goodsReference: goodsReference ?? '',
  tags,
  note: note ?? '',
});
const bodyOf = ({ name, goodsReference, tags, note }: ReturnType<typeof wordsOf>): PeriodWords => ({
  name: name.trim() || null,
  goodsReference: goodsReference.trim() || null,
  tags,
  note: note.trim() || null,
});

function EditPeriod({
  trackerId,
  period,
  onClose,
}: {
  trackerId: number;
  period: RunPeriodOfTracker;
  onClose: () => void;
}) {
  const form = useOperationForm({ initialValues: wordsOf(period) });
  const save = useOperationMutation('describeRunPeriod', {
    invalidates: wordReads,
    onSuccess: () => notifications.show({ message: describe.saved }),
  });
  return (
    <FormModal
      opened
      onClose={onClose}
      title={`${describe.title(1)}: ${period.productionRun.name}`}
      form={form}
      submitLabel={describe.submit}
      editing={{
        record: period,
        read: () => api.getTrackerGoods({ params: { trackerId, runPeriodId: period.id } }),
        values: wordsOf,
        labels: names,
      }}
      onSubmit={(_values, { version, changed }) =>
        save.mutateAsync({ params: { trackerId, runPeriodId: period.id }, version, body: changed(bodyOf) })
      }
    >
      <Text size="sm" c="dimmed">
        {describe.hint}
      </Text>
      <TextInput label={names.name} maxLength={200} {...form.getInputProps('name')} />
      <TextInput label={names.goodsReference} maxLength={100} {...form.getInputProps('goodsReference')} />
      <TagsInput label={names.tags} description={describe.tagsHint} maxTags={20} {...form.getInputProps('tags')} />
      <Textarea label={names.note} autosize minRows={2} maxLength={2000} {...form.getInputProps('note')} />
    </FormModal>
  );
}
