import { Button, Group, NumberInput, SegmentedControl, Slider, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { useRef } from 'react';
import { DEFAULT_GEOFENCE_RADIUS_M } from '../../../src-shared/contract/locations.ts';
import type { Corner } from '../../../src-shared/domain/fences/outline.ts';
import { CoordinateFields } from '../../components/CoordinateFields.tsx';
import { distance } from '../../strings/format.ts';
import { locations } from '../../strings/locations.ts';
import { type Draft, type Editing, fenceOf, MAX_RADIUS_M, MIN_RADIUS_M } from './draft.ts';
import { OutlineFields } from './outline/OutlineFields.tsx';
import type { OutlineDrawing } from './outline/use-outline-drawing.ts';
import { useFenceUndo } from './use-fence-undo.ts';

const { form: words } = locations;

interface Props {
  editing: Editing;
  form: UseFormReturnType<Draft>;
  drawing: OutlineDrawing;
  /** Goes to a place on the map. */
  onShow: (corner: Corner) => void;
}

/** The fence of a location: a circle by point and radius, or an outline by corners and margin; back and forth through changes. */
export function FenceFields({ editing, form, drawing, onShow }: Props) {
  const history = useFenceUndo(editing, form);
  const { values } = form;
  const isOutline = values.outline !== null;
  // The circle that an outline is begun with, and gone back to.
  const circle = useRef<ReturnType<typeof fenceOf>>(null);
  const setPoint = ([longitude, latitude]: Corner) => form.setValues({ outline: null, latitude, longitude });
  const setShape = (shape: string) => {
    if (shape === 'outline') {
      circle.current = fenceOf(values);
      form.setValues({ outline: [], geofenceRadiusM: 0 });
      return;
    }
    const before = circle.current;
    form.setValues({
      outline: null,
      geofenceRadiusM: before?.radius ?? DEFAULT_GEOFENCE_RADIUS_M,
      ...(values.latitude === '' && before ? { latitude: before.latitude, longitude: before.longitude } : {}),
    });
  };
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={words.shape}
        value={isOutline ? 'outline' : 'circle'}
        onChange={setShape}
        data={Object.entries(words.shapes).map(([value, label]) => ({ value, label }))}
        style={{ alignSelf: 'flex-start' }}
      />
      {isOutline ? (
        <OutlineFields drawing={drawing} circle={circle.current} onShow={onShow} onPoint={setPoint} />
      ) : (
        <CoordinateFields
          latitude={values.latitude}
          longitude={values.longitude}
          errors={form.errors}
          onChange={(next) => form.setValues(next)}
        />
      )}
      <RadiusField form={form} isOutline={isOutline} />
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={14} aria-hidden />}
          aria-keyshortcuts="Control+Z Meta+Z"
          disabled={!history.canUndo}
          onClick={history.undo}
        >
          {words.undo}
        </Button>
        <Button
          variant="default"
          leftSection={<IconArrowForwardUp size={14} aria-hidden />}
          aria-keyshortcuts="Control+Y Meta+Shift+Z"
          disabled={!history.canRedo}
          onClick={history.redo}
        >
          {words.redo}
        </Button>
      </Group>
    </>
  );
}

const toSlider = (metres: number) => Math.log10(Math.min(MAX_RADIUS_M, Math.max(MIN_RADIUS_M, metres)));
/** Two significant digits: a slider over four powers of ten can't mean more. */
const fromSlider = (position: number) => Number((10 ** position).toPrecision(2));

/** The radius as a number and as a slider, which is logarithmic: 5 m and 50 km are both real. A margin is a number alone. */
function RadiusField({ form, isOutline }: { form: UseFormReturnType<Draft>; isOutline: boolean }) {
  const { geofenceRadiusM: radius } = form.values;
  return (
    <Stack gap={10}>
      <NumberInput
        label={isOutline ? words.margin : words.radius}
        description={isOutline ? words.marginHint : undefined}
        required
        min={isOutline ? 0 : MIN_RADIUS_M}
        max={MAX_RADIUS_M}
        allowDecimal={false}
        {...form.getInputProps('geofenceRadiusM')}
      />
      {!isOutline && (
        <Slider
          size="sm"
          thumbLabel={words.radiusSlider}
          min={toSlider(MIN_RADIUS_M)}
          max={toSlider(MAX_RADIUS_M)}
          step={0.02}
          value={toSlider(typeof radius === 'number' ? radius : MIN_RADIUS_M)}
          onChange={(position) => form.setFieldValue('geofenceRadiusM', fromSlider(position))}
          label={(position) => distance(fromSlider(position))}
        />
      )}
    </Stack>
  );
}
