import {
  Alert,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Radio,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { type BaseMap, baseMaps, mapSettingsRoutes } from '../../../src-shared/contract/map-settings.ts';
import { api, type OperationOutput } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Panel } from '../../components/Panel.tsx';
import { SettingsForm } from '../../components/SettingsForm.tsx';
import { settings } from '../../strings/settings.ts';

const { map: words } = settings;
type Settings = OperationOutput<'getMapSettings'>;

/** Which base map the maps show; an administrator may change it. */
export function MapPanel() {
  const query = useOperation('getMapSettings', {});
  const mayChange = useCan('updateMapSettings');
  const [reload, setReload] = useState(false);
  const { data } = query;
  return (
    <Panel anchor="map" title={words.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.hint}
      </Text>
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={120} />}
      {data?.baseMap === 'pmtiles' && data.pmtiles === null && (
        <Alert color="yellow" mb="sm">
          {words.missing}
        </Alert>
      )}
      {data &&
        (mayChange ? (
          <MapForm settings={data} onNewServer={() => setReload(true)} />
        ) : (
          <Facts facts={[{ label: words.baseMap, value: words.baseMaps[data.baseMap] }]} />
        ))}
      {reload && (
        <Alert color="iris" mt="sm" icon={<IconRefresh aria-hidden />}>
          <Group justify="space-between">
            {words.reload}
            <Button onClick={() => window.location.reload()}>{words.reloadNow}</Button>
          </Group>
        </Alert>
      )}
    </Panel>
  );
}

const valuesOf = (settings: Settings) => ({
  baseMap: settings.baseMap as BaseMap,
  tileUrl: settings.tileUrl ?? '',
  maxZoom: settings.maxZoom as number | string,
  pmtilesFile: settings.pmtilesFile,
  pmtilesUrl: settings.pmtilesUrl ?? '',
  mayTakeAreas: settings.mayTakeAreas,
  attribution: settings.attribution,
});
const bodyOf = ({ tileUrl, pmtilesUrl, maxZoom, ...rest }: ReturnType<typeof valuesOf>) => ({
  ...rest,
  tileUrl: tileUrl.trim() || null,
  pmtilesUrl: pmtilesUrl.trim() || null,
  maxZoom: Number(maxZoom) || 19,
});
const labels = {
  baseMap: words.baseMap,
  tileUrl: words.tileUrl,
  maxZoom: words.maxZoom,
  pmtilesFile: words.file,
  pmtilesUrl: words.pmtilesUrl,
  mayTakeAreas: words.mayTakeAreas,
  attribution: words.attribution,
};

function MapForm({ settings: before, onNewServer }: { settings: Settings; onNewServer: () => void }) {
  const files = useOperation('listMapFiles', {});
  const save = useOperationMutation('updateMapSettings', {
    invalidates: ['getMapSettings'],
    onSuccess: ({ baseMap }) => baseMap === 'tile-server' && onNewServer(),
  });
  return (
    <SettingsForm
      settings={before}
      read={() => api.getMapSettings()}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      labels={labels}
      words={({ baseMap }) => ({ baseMap: words.baseMaps[baseMap] })}
      route={mapSettingsRoutes.updateMapSettings}
      save={(body, version) => save.mutateAsync({ body, version })}
      saved={words.saved}
    >
      {(form) => (
        <>
          <Radio.Group aria-label={words.baseMap} {...form.getInputProps('baseMap')}>
            <Stack gap={8}>
              {baseMaps.map((value) => (
                <Radio
                  key={value}
                  size="xs"
                  value={value}
                  label={words.baseMaps[value]}
                  description={words.tells[value]}
                />
              ))}
            </Stack>
          </Radio.Group>
          {form.values.baseMap === 'tile-server' && (
            <Group align="flex-start" gap="sm" grow preventGrowOverflow={false}>
              <TextInput
                required
                label={words.tileUrl}
                description={words.tileUrlHint}
                {...form.getInputProps('tileUrl')}
              />
              <NumberInput w={150} label={words.maxZoom} min={1} max={22} {...form.getInputProps('maxZoom')} />
            </Group>
          )}
          {form.values.baseMap === 'tile-server' && (
            <Checkbox
              size="xs"
              label={words.mayTakeAreas}
              description={words.mayTakeAreasHint}
              {...form.getInputProps('mayTakeAreas', { type: 'checkbox' })}
            />
          )}
          {form.values.baseMap === 'pmtiles-address' && (
            <TextInput
              required
              label={words.pmtilesUrl}
              description={words.pmtilesUrlHint}
              {...form.getInputProps('pmtilesUrl')}
            />
          )}
          {form.values.baseMap === 'pmtiles' && (
            <Select
              required
              label={words.file}
              description={files.data && words.fileHint(files.data.folder)}
              placeholder={files.data?.files.length === 0 ? words.noFiles : ''}
              data={(files.data?.files ?? []).map(({ name }) => name)}
              {...form.getInputProps('pmtilesFile')}
            />
          )}
          {form.values.baseMap !== 'bundled' && (
            <TextInput
              label={words.attribution}
              description={words.attributionHint}
              maxLength={300}
              {...form.getInputProps('attribution')}
            />
          )}
        </>
      )}
    </SettingsForm>
  );
}
