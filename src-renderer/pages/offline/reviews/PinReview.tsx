import { Group, NumberInput, SegmentedControl, Text, TextInput } from '@mantine/core';
import type { ReviewTarget } from '../../../../src-shared/contract/reviews.ts';
import { useSession } from '../../../api/session.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { ReferenceSelect } from '../../../components/ReferenceSelect.tsx';
import { reviews as words } from '../../../strings/reviews.ts';

const DAY_MS = 86_400_000;
const day = (offset: number) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);
const corners = ['west', 'south', 'east', 'north'] as const;

/** Asks what to keep and for which days (UTC). */
export function PinReview({ onClose }: { onClose: () => void }) {
  const { user } = useSession();
  const own = user.client;
  const form = useOperationForm({
    initialValues: {
      kind: 'client' as ReviewTarget['kind'],
      chosen: own as { id: number; name: string } | null,
      west: 5,
      south: 45,
      east: 15,
      north: 55,
      from: day(-30),
      to: day(0),
    },
    validate: { chosen: (value, { kind }) => (kind !== 'area' && value === null ? words.form.choose : null) },
  });
  const pin = useOperationMutation('pinReview', { invalidates: ['listReviewPins'] });
  const { kind, chosen } = form.values;
  return (
    <FormModal
      opened
      onClose={onClose}
      title={words.pin}
      form={form}
      submitLabel={words.pin}
      onSubmit={(values) => {
        const { west, south, east, north } = values;
        const id = values.chosen?.id ?? 0;
        const target: ReviewTarget =
          values.kind === 'area'
            ? { kind: 'area', west, south, east, north }
            : values.kind === 'client'
              ? { kind: 'client', clientId: id }
              : { kind: 'run', productionRunId: id };
        const label = values.kind === 'area' ? words.form.areaLabel(values) : (values.chosen?.name ?? '');
        const to = new Date(Date.parse(`${values.to}T00:00:00Z`) + DAY_MS).toISOString();
        return pin.mutateAsync({ body: { target, label, from: `${values.from}T00:00:00.000Z`, to } });
      }}
    >
      <SegmentedControl
        fullWidth
        aria-label={words.form.kind}
        data={(['client', 'run', 'area'] as const).map((each) => ({ value: each, label: words.form.kinds[each] }))}
        value={kind}
        onChange={(next) => {
          form.setFieldValue('kind', next as ReviewTarget['kind']);
          form.setFieldValue('chosen', next === 'client' ? own : null);
        }}
      />
      {kind === 'client' && own !== null && <Text size="sm">{own.name}</Text>}
      {(kind === 'run' || (kind === 'client' && own === null)) && (
        <ReferenceSelect
          key={kind}
          kind={kind === 'run' ? 'productionRun' : 'client'}
          label={kind === 'run' ? words.form.run : words.form.client}
          required
          value={chosen?.id ?? null}
          error={form.errors.chosen}
          onChange={(id, name) => form.setFieldValue('chosen', id === null ? null : { id, name: name ?? '' })}
        />
      )}
      {kind === 'area' && (
        <>
          <Text size="sm" c="dimmed">
            {words.form.areaHint}
          </Text>
          <Group grow gap="xs">
            {corners.map((corner) => (
              <NumberInput
                key={corner}
                label={words.form[corner]}
                required
                decimalScale={4}
                min={corner === 'west' || corner === 'east' ? -180 : -90}
                max={corner === 'west' || corner === 'east' ? 180 : 90}
                {...form.getInputProps(corner)}
              />
            ))}
          </Group>
        </>
      )}
      <Group grow gap="xs">
        <TextInput type="date" label={words.form.from} required {...form.getInputProps('from')} />
        <TextInput type="date" label={words.form.to} required {...form.getInputProps('to')} />
      </Group>
    </FormModal>
  );
}
