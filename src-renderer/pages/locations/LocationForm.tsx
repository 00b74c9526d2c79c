import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import type { Corner } from '../../../src-shared/domain/fences/outline.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { coordinateProblem } from '../../components/CoordinateFields.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { OvertakenNotice } from '../../components/editing/OvertakenNotice.tsx';
import { useEditing } from '../../components/editing/use-editing.ts';
import { applyFieldErrors } from '../../components/FormModal.tsx';
import { LeaveGuard } from '../../components/LeaveGuard.tsx';
import { ProductionRunMultiSelect } from '../../components/ReferenceMultiSelect.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { cornersIn } from '../../map/outline/edit-outline.ts';
import { common } from '../../strings/common.ts';
import { locations } from '../../strings/locations.ts';
import { ChosenFinishedRuns } from './ChosenFinishedRuns.tsx';
import { bodyOf, type Draft, draftOf, type Editing, fenceOf, outlineProblem } from './draft.ts';
import { FenceFields } from './FenceFields.tsx';
import { FenceNeighbours } from './FenceNeighbours.tsx';
import { FencePreviewPanel } from './FencePreviewPanel.tsx';
import classes from './Locations.module.css';
import { locationApi, locationReads } from './operations.ts';
import type { OutlineDrawing } from './outline/use-outline-drawing.ts';
import { useFenceChange } from './use-fence-change.tsx';
import type { FenceSurroundings, useFencePreview } from './use-fence-preview.ts';

const { form: words } = locations;

interface Props {
  editing: Editing;
  form: UseFormReturnType<Draft>;
  preview: ReturnType<typeof useFencePreview>;
  surroundings: FenceSurroundings | undefined;
  drawing: OutlineDrawing;
  /** Goes to a place on the map. */
  onShow: (corner: Corner) => void;
  onDone: (saved: Location | null) => void;
}

const labels = {
  name: words.name,
  address: words.address,
  latitude: words.latitude,
  longitude: words.longitude,
  geofenceRadiusM: words.radius,
  outline: words.shapes.outline,
  productionRunId: words.run,
  productionRuns: words.alsoRuns,
};
const wordsOf = ({ outline, productionRun, productionRuns }: Location) => ({
  outline: outline ? words.cornersOf(cornersIn(outline.coordinates)) : common.none,
  productionRunId: productionRun?.name ?? common.none,
  productionRuns: productionRuns.map(({ name }) => name).join(', ') || common.none,
});

/** Everything about one location; the map beside it shows the fence as it is typed, slid or dragged. */
export function LocationForm({ editing, form, preview, surroundings, drawing, onShow, onDone }: Props) {
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { kind, location } = editing;

  const editingOne = useEditing<Draft, Location>(
    form,
    location
      ? { record: location, read: () => locationApi.read(kind, location.id), values: draftOf, labels, words: wordsOf }
      : undefined,
  );

  const [finishedRuns, setFinishedRuns] = useState<string[]>([]);
  const { productionRunId, productionRuns } = form.values;
  const runIds = [...(productionRunId === null ? [] : [productionRunId]), ...productionRuns.map(({ id }) => id)];
  const fenceChange = useFenceChange(location, form.values);

  const submit = async (draft: Draft) => {
    if (!fenceOf(draft)) {
      // The fields themselves say what isn't a number, or what is wrong with an outline.
      if (draft.outline)
        return setFailure(
          draft.outline.length === 0
            ? new Error(words.outlineNeeded)
            : new Error(outlineProblem(draft.outline)?.message ?? words.marginNeeded),
        );
      const unread = coordinateProblem(draft.latitude) ?? coordinateProblem(draft.longitude);
      return unread === null ? form.setErrors({ latitude: words.pointNeeded }) : undefined;
    }
    if (!fenceChange.check()) return;
    setSending(true);
    setFailure(null);
    try {
      let saved = location;
      const done = await editingOne.send(draft, async (values, { version, changed }) => {
        saved = location
          ? await locationApi.update({ ...location, version }, { ...changed(bodyOf), ...fenceChange.also })
          : await locationApi.create(kind, {
              ...bodyOf(values),
              finishedRunIds: finishedRuns.map(Number).filter((id) => runIds.includes(id)),
            });
      });
      invalidateOperations(locationReads);
      if (!done) return;
      if (saved) notifications.show({ message: locations.saved(saved.name) });
      onDone(saved);
    } catch (error) {
      if (!applyFieldErrors(form, error)) setFailure(error);
    } finally {
      setSending(false);
    }
  };

  return (
    <form onSubmit={form.onSubmit((draft) => void submit(draft))} className={classes.form}>
      <LeaveGuard active={!sending && JSON.stringify(form.values) !== JSON.stringify(draftOf(location))} />
      <Stack gap="sm">
        <Title order={2}>{location ? words.edit(location.name) : words.create[kind]}</Title>
        <Text size="sm" c="dimmed">
          {form.values.outline ? words.outlineHint : words.hint}
        </Text>
        {editingOne.overtaken && <OvertakenNotice overtaken={editingOne.overtaken} form={form} labels={labels} />}
        <TextInput label={words.name} required maxLength={200} autoFocus {...form.getInputProps('name')} />
        <TextInput label={words.address} maxLength={500} {...form.getInputProps('address')} />
        <FenceFields editing={editing} form={form} drawing={drawing} onShow={onShow} />
        <FencePreviewPanel
          preview={preview}
          surroundings={surroundings}
          hasFence={fenceOf(form.values) !== null}
          ofRuns={form.values.productionRunId !== null || form.values.productionRuns.length > 0}
        />
        <FenceNeighbours draft={form.values} overlapping={surroundings?.overlapping} form={form} />
        <ReferenceSelect
          kind="productionRun"
          label={words.run}
          description={words.runHint}
          placeholder={common.none}
          value={form.values.productionRunId}
          onChange={(id) => form.setFieldValue('productionRunId', id)}
          error={form.errors.productionRunId}
        />
        <ProductionRunMultiSelect
          label={words.alsoRuns}
          value={form.values.productionRuns}
          onChange={(runs) => form.setFieldValue('productionRuns', runs)}
          error={form.errors.productionRunIds}
        />
        {fenceChange.fields}
        {location === null && <ChosenFinishedRuns runIds={runIds} value={finishedRuns} onChange={setFinishedRuns} />}
        {failure !== null && <ErrorState error={failure} title={words.failed} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onDone(null)}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={sending}>
            {location ? words.submit.edit : words.submit.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
