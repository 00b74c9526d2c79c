import { Group, NumberInput, SegmentedControl, Text } from '@mantine/core';
import type { ReviewTarget } from '../../../../src-shared/contract/reviews.ts';
import { dayIn, plusDays, startOfDay } from '../../../../src-shared/domain/days.ts';
import { useSession } from '../../../api/session.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { ReferenceSelect } from '../../../components/ReferenceSelect.tsx';
import { DateRange } from '../../../dates/DateRange.tsx';
import { boxAround } from '../../../map/place-search/box-around.ts';
import { PlaceSearch } from '../../../map/place-search/PlaceSearch.tsx';
import type { FoundPlace } from '../../../map/place-search/use-place-search.ts';
import { reviews as words } from '../../../strings/reviews.ts';

const day = (offset: number) => plusDays(dayIn('UTC', new Date()), offset);
const corners = ['west', 'south', 'east', 'north'] as const;

/** Metres to each side of a place that has no extent of its own. */
const REACH_M = 25_000;
const areaOf = ({ latitude, longitude, bounds }: FoundPlace) => {
  const box = bounds ?? boxAround(latitude, longitude, REACH_M);
  const [west, south, east, north] = box.map((degrees) => Number(degrees.toFixed(4))) as typeof box;
  return { west: wrap(west), south, east: wrap(east), north };
};
const wrap = (longitude: number) =>
  longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
/** The place's name only while the box is still that around it. */
const labelOf = (values: { west: number; south: number; east: number; north: number; place: string }): string =>
  values.place === '' ? words.form.areaLabel(values) : words.form.aroundLabel(values.place);

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
      /** What the box was drawn around. */
      place: '',
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
        const label = values.kind === 'area' ? labelOf(values) : (values.chosen?.name ?? '');
        const from = startOfDay('UTC', values.from).toISOString();
        const to = startOfDay('UTC', plusDays(values.to, 1)).toISOString();
        return pin.mutateAsync({ body: { target, label, from, to } });
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
          <PlaceSearch
            label={words.form.aroundPlace}
            onFind={(place) => {
              if (!place) return;
              form.setValues({ ...areaOf(place), place: place.name });
            }}
          />
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
                onChange={(value) => form.setValues({ [corner]: value as number, place: '' })}
              />
            ))}
          </Group>
        </>
      )}
      <DateRange
        required
        zone="UTC"
        labels={words.form}
        value={{ from: form.values.from, to: form.values.to }}
        onChange={({ from, to }) => form.setValues({ from: from ?? form.values.from, to: to ?? form.values.to })}
      />
    </FormModal>
  );
}
