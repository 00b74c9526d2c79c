import { Button, Group, NumberInput, Slider, Stack, Text, TextInput, Title } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { CoordinateFields, coordinateProblem } from '../../components/CoordinateFields.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { OvertakenNotice } from '../../components/editing/OvertakenNotice.tsx';
import { useEditing } from '../../components/editing/use-editing.ts';
import { applyFieldErrors } from '../../components/FormModal.tsx';
import { LeaveGuard } from '../../components/LeaveGuard.tsx';
import { ProductionRunMultiSelect } from '../../components/ReferenceMultiSelect.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { common } from '../../strings/common.ts';
import { distance } from '../../strings/format.ts';
import { locations } from '../../strings/locations.ts';
import { bodyOf, type Draft, draftOf, type Editing, fenceOf, MAX_RADIUS_M, MIN_RADIUS_M } from './draft.ts';
import { FenceNeighbours } from './FenceNeighbours.tsx';
import { FencePreviewPanel } from './FencePreviewPanel.tsx';
import classes from './Locations.module.css';
import { locationApi, locationReads } from './operations.ts';
import { useFenceChange } from './use-fence-change.tsx';
import type { useFencePreview } from './use-fence-preview.ts';
import { useFenceUndo } from './use-fence-undo.ts';

const { form: words } = locations;

interface Props {
  editing: Editing;
  form: UseFormReturnType<Draft>;
  preview: ReturnType<typeof useFencePreview>;
  onDone: (saved: Location | null) => void;
}

const labels = {
  name: words.name,
  address: words.address,
  latitude: words.latitude,
  longitude: words.longitude,
  geofenceRadiusM: words.radius,
  productionRunId: words.run,
  productionRuns: words.alsoRuns,
};
const wordsOf = ({ productionRun, productionRuns }: Location) => ({
  productionRunId: productionRun?.name ?? common.none,
  productionRuns: productionRuns.map(({ name }) => name).join(', ') || common.none,
});

/** Everything about one location; the map beside it shows the fence as it is typed, slid or dragged. */
export function LocationForm({ editing, form, preview, onDone }: Props) {
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { kind, location } = editing;

  const editingOne = useEditing<Draft, Location>(
    form,
    location
      ? { record: location, read: () => locationApi.read(kind, location.id), values: draftOf, labels, words: wordsOf }
      : undefined,
  );

  const history = useFenceUndo(editing, form);
  const fenceChange = useFenceChange(location, form.values);

  const submit = async (draft: Draft) => {
    if (!fenceOf(draft)) {
      // The fields themselves say what isn't a number.
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
          : await locationApi.create(kind, bodyOf(values));
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
          {words.hint}
        </Text>
        {editingOne.overtaken && <OvertakenNotice overtaken={editingOne.overtaken} form={form} labels={labels} />}
        <TextInput label={words.name} required maxLength={200} autoFocus {...form.getInputProps('name')} />
        <TextInput label={words.address} maxLength={500} {...form.getInputProps('address')} />
        <CoordinateFields
          latitude={form.values.latitude}
          longitude={form.values.longitude}
          errors={form.errors}
          onChange={(values) => form.setValues(values)}
        />
        <RadiusField form={form} isOutline={Boolean(location?.outline)} />
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={14} aria-hidden />}
          aria-keyshortcuts="Control+Z Meta+Z"
          disabled={!history.canUndo}
          onClick={history.undo}
          style={{ alignSelf: 'flex-start' }}
        >
          {words.undo}
        </Button>
        <FencePreviewPanel
          preview={preview}
          hasFence={fenceOf(form.values) !== null}
          ofRuns={form.values.productionRunId !== null || form.values.productionRuns.length > 0}
        />
        <FenceNeighbours editing={editing} draft={form.values} />
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

const toSlider = (metres: number) => Math.log10(Math.min(MAX_RADIUS_M, Math.max(MIN_RADIUS_M, metres)));
/** Two significant digits: a slider over four powers of ten can't mean more. */
const fromSlider = (position: number) => Number((10 ** position).toPrecision(2));

/** The radius as a number and as a slider, which is logarithmic: 5 m and 50 km are both real. */
function RadiusField({ form, isOutline }: { form: UseFormReturnType<Draft>; isOutline: boolean }) {
  const { geofenceRadiusM: radius } = form.values;
  return (
    <div>
      <NumberInput
        label={isOutline ? words.margin : words.radius}
        required
        min={isOutline ? 0 : MIN_RADIUS_M}
        max={MAX_RADIUS_M}
        allowDecimal={false}
        {...form.getInputProps('geofenceRadiusM')}
      />
      <Slider
        mt={10}
        size="sm"
        thumbLabel={words.radiusSlider}
        min={toSlider(MIN_RADIUS_M)}
        max={toSlider(MAX_RADIUS_M)}
        step={0.02}
        value={toSlider(typeof radius === 'number' ? radius : MIN_RADIUS_M)}
        onChange={(position) => form.setFieldValue('geofenceRadiusM', fromSlider(position))}
        label={(position) => distance(fromSlider(position))}
      />
    </div>
  );
}
