import { SegmentedControl, Skeleton, Text, TextInput } from '@mantine/core';
import { type GeocoderKind, geocoders, placeRoutes } from '../../../src-shared/contract/places.ts';
import { api, type OperationOutput } from '../../api/client.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { SettingsForm } from '../../components/SettingsForm.tsx';
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
  const save = useOperationMutation('updateGeocoder', { invalidates: ['getGeocoder', 'searchPlaces'] });
  return (
    <SettingsForm
      settings={settings}
      read={() => api.getGeocoder()}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      labels={labels}
      words={({ service }) => ({ service: words.services[service] })}
      route={placeRoutes.updateGeocoder}
      save={(body, version) => save.mutateAsync({ body, version })}
      saved={words.saved}
    >
      {(form) => (
        <>
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
        </>
      )}
    </SettingsForm>
  );
}
