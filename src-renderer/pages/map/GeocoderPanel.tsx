import { Button, Group, SegmentedControl, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type GeocoderKind, geocoders } from '../../../src-shared/contract/places.ts';
import { api, isOvertaken, type OperationOutput } from '../../api/client.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { OvertakenNotice } from '../../components/editing/OvertakenNotice.tsx';
import { useEditing } from '../../components/editing/use-editing.ts';
import { applyFieldErrors, useOperationForm } from '../../components/FormModal.tsx';
import { Panel } from '../../components/Panel.tsx';
import { common } from '../../strings/common.ts';
import { places } from '../../strings/places.ts';

const { geocoder: words } = places;
type Settings = OperationOutput<'getGeocoder'>;

/** Who looks addresses up. */
export function GeocoderPanel() {
  const query = useOperation('getGeocoder', {});
  return (
    <Panel anchor="geocoder" title={words.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.hint}
      </Text>
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={60} />}
      {query.data && <GeocoderForm settings={query.data} />}
    </Panel>
  );
}

const valuesOf = ({ service, url, attribution }: Settings) => ({
  service: service as GeocoderKind,
  url: url ?? '',
  attribution,
});
const bodyOf = ({ url, ...rest }: ReturnType<typeof valuesOf>) => ({ ...rest, url: url.trim() || null });
const labels = { service: words.service, url: words.url, attribution: words.attribution };

function GeocoderForm({ settings }: { settings: Settings }) {
  const form = useOperationForm({ initialValues: valuesOf(settings) });
  const editing = useEditing(form, {
    record: settings,
    read: () => api.getGeocoder(),
    values: valuesOf,
    labels,
    words: ({ service }) => ({ service: words.services[service] }),
    stays: true,
  });
  const save = useOperationMutation('updateGeocoder', {
    invalidates: ['getGeocoder', 'searchPlaces'],
    onSuccess: () => notifications.show({ message: words.saved }),
    onError: (error) => applyFieldErrors(form, error),
  });
  const submit = form.onSubmit(
    (all) =>
      void editing
        .send(all, async (_all, { version, changed }) => ({
          ...settings,
          ...(await save.mutateAsync({ body: changed(bodyOf), version })),
        }))
        // Shown below, as the mutation's error.
        .catch(() => undefined),
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {editing.overtaken && <OvertakenNotice overtaken={editing.overtaken} form={form} labels={labels} />}
        <SegmentedControl
          aria-label={words.service}
          data={geocoders.map((value) => ({ value, label: words.services[value] }))}
          {...form.getInputProps('service')}
        />
        {form.values.service !== 'none' && (
          <>
            <TextInput
              required
              label={words.url}
              description={words.urlHint}
              maxLength={500}
              {...form.getInputProps('url')}
            />
            <TextInput
              label={words.attribution}
              description={words.attributionHint}
              maxLength={300}
              {...form.getInputProps('attribution')}
            />
          </>
        )}
        {save.isError && !isOvertaken(save.error) && !Object.keys(form.errors).length && (
          <ErrorState error={save.error} />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
