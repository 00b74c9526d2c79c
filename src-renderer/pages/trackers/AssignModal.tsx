import { Checkbox, Select, Text } from '@mantine/core';
import { useOperation } from '../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { notifyUndo } from '../../components/notify-undo.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { DateTimeField } from '../../dates/DateTimeField.tsx';
import { trackers as allWords } from '../../strings/trackers.ts';
import { assignTrackers, cancelPlanned, restoreRuns } from './assign.ts';
import type { Selected } from './use-selection.ts';

const { assign: words } = allWords;
type Since = keyof typeof words.sinceOptions;

interface Props {
  trackers: readonly Selected[];
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** Moves the selected trackers to a production run, or out of theirs, now, since a time or from one to come. */
export function AssignModal({ trackers, opened, onClose, onDone }: Props) {
  const form = useOperationForm({
    initialValues: {
      productionRunId: null as number | null,
      takeOut: false,
      sinceKind: null as Since | null,
      since: null as string | null,
    },
    validate: {
      productionRunId: (id, values) => (id === null && !values.takeOut ? words.runNeeded : null),
      since: (at, values) => (values.sinceKind === 'at' && at === null ? words.atNeeded : null),
    },
  });
  const { productionRunId, takeOut } = form.values;
  const enabled = opened && productionRunId !== null && !takeOut;
  const run = useOperation('getProductionRun', { params: { productionRunId: productionRunId ?? 0 } }, { enabled });
  const waits = enabled && run.data?.phase === 'not-begun';
  const kind = form.values.sinceKind ?? (waits ? 'run-begins' : 'usual');
  const kinds = (Object.keys(words.sinceOptions) as Since[]).filter((one) => one !== 'run-begins' || waits);
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.title(trackers.length)}
      form={form}
      submitLabel={words.submit}
      onSubmit={async (values) => {
        const before = [...trackers];
        const ids = before.map(({ id }) => id);
        const since = kind === 'usual' ? undefined : kind === 'at' ? (values.since ?? undefined) : kind;
        const { moved, planned } = await assignTrackers(ids, values.takeOut ? null : values.productionRunId, since);
        if (planned > 0) notifyUndo(words.planned(planned), () => cancelPlanned(ids));
        else notifyUndo(words.done(moved), () => restoreRuns(before, kind === 'at' ? since : undefined));
        onDone();
      }}
    >
      <Text size="sm" c="dimmed">
        {words.hint}
      </Text>
      <ReferenceSelect
        kind="productionRun"
        label={words.run}
        data-autofocus
        disabled={takeOut}
        value={productionRunId}
        onChange={(id) => form.setFieldValue('productionRunId', id)}
        error={form.errors.productionRunId}
      />
      <Checkbox label={words.takeOut} {...form.getInputProps('takeOut', { type: 'checkbox' })} />
      <Select
        label={words.since}
        description={words.sinceHints[kind]}
        allowDeselect={false}
        data={kinds.map((value) => ({ value, label: words.sinceOptions[value] }))}
        value={kind}
        onChange={(value) => form.setFieldValue('sinceKind', value as Since)}
        error={kind === 'at' ? undefined : form.errors.since}
      />
      {kind === 'at' && <DateTimeField label={words.at} {...form.getInputProps('since')} />}
    </FormModal>
  );
}
