import { Alert, Button, Group, Modal, SegmentedControl, Slider, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { MOST_PACK_ZOOM, type PackTarget } from '../../../src-shared/contract/map-packs.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { common } from '../../strings/common.ts';
import { bytes, count, duration } from '../../strings/format.ts';
import { mapPacks as words } from '../../strings/map-packs.ts';
import { boxAround } from '../place-search/box-around.ts';
import { PlaceSearch } from '../place-search/PlaceSearch.tsx';

interface Props {
  /** What to take a map of; null asks for it. */
  target: PackTarget | null;
  label: string;
  onClose: () => void;
}
type Kind = 'run' | 'client' | 'area';

/** To each side of a place that has no extent of its own. */
const REACH_M = 10_000;
const LEAST_ZOOM = 8;
const wrap = (longitude: number) => longitude - 360 * Math.floor((longitude + 180) / 360);

/** Says what a map for use offline costs, zoom by zoom, before it is taken. */
export function GetMap({ target: given, label: givenLabel, onClose }: Props) {
  const [kind, setKind] = useState<Kind>('run');
  const [chosen, setChosen] = useState<{ target: PackTarget; label: string } | null>(
    given && { target: given, label: givenLabel },
  );
  const [label, setLabel] = useState(givenLabel);
  const [maxZoom, setMaxZoom] = useState(14);
  const [zoom] = useDebouncedValue(maxZoom, 250);
  const choose = (target: PackTarget, name: string) => {
    setChosen({ target, label: name });
    setLabel(name);
  };
  const target = chosen?.target ?? { kind: 'area', west: 0, south: 0, east: 0, north: 0 };
  const plan = useOperation(
    'planMapPack',
    { body: { target, maxZoom: zoom } },
    { enabled: chosen !== null, placeholderData: keepPreviousData },
  );
  const create = useOperationMutation('createMapPack', {
    invalidates: ['listMapPacks', 'getMapSettings'],
    onSuccess: () => {
      notifications.show({ message: words.begun });
      onClose();
    },
  });
  const { data } = plan;
  const total = data?.zooms.reduce((sum, { tiles }) => sum + tiles, 0) ?? 0;
  const size = data?.zooms.reduce((sum, one) => sum + one.bytes, 0) ?? 0;
  return (
    <Modal opened onClose={onClose} title={words.get} size="lg">
      <Stack gap="sm">
        {given === null && (
          <>
            <SegmentedControl
              fullWidth
              aria-label={words.of}
              data={Object.entries(words.kinds).map(([value, name]) => ({ value, label: name }))}
              value={kind}
              onChange={(next) => {
                setKind(next as Kind);
                setChosen(null);
              }}
            />
            {kind === 'area' ? (
              <PlaceSearch
                label={words.place}
                onFind={(place) => {
                  if (!place) return;
                  const [west, south, east, north] =
                    place.bounds ?? boxAround(place.latitude, place.longitude, REACH_M);
                  choose({ kind: 'area', west: wrap(west), south, east: wrap(east), north }, place.name);
                }}
              />
            ) : (
              <ReferenceSelect
                key={kind}
                kind={kind === 'run' ? 'productionRun' : 'client'}
                label={words.kinds[kind]}
                value={
                  chosen?.target.kind === 'run'
                    ? chosen.target.productionRunId
                    : chosen?.target.kind === 'client'
                      ? chosen.target.clientId
                      : null
                }
                onChange={(id, name) => {
                  if (id === null) return setChosen(null);
                  choose(kind === 'run' ? { kind, productionRunId: id } : { kind: 'client', clientId: id }, name ?? '');
                }}
              />
            )}
          </>
        )}
        <TextInput
          label={words.label}
          maxLength={200}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <div>
          <Text size="xs" fw={600}>
            {words.detailAt(maxZoom)}
          </Text>
          <Slider
            mt={6}
            mb={24}
            mx={24}
            thumbLabel={words.detail}
            min={LEAST_ZOOM}
            max={MOST_PACK_ZOOM}
            step={1}
            marks={words.zooms.map(([value, name]) => ({ value, label: name }))}
            value={maxZoom}
            onChange={setMaxZoom}
            label={null}
          />
        </div>
        {plan.isError && <ErrorState error={plan.error} />}
        {chosen && data && (
          <section aria-label={words.cost} aria-busy={plan.isFetching}>
            {data.problem === null ? (
              <Text size="sm" role="status">
                {words.total(count(total), bytes(size), duration(data.seconds), data.host ?? '')}{' '}
                {words.free(bytes(data.freeBytes))}
              </Text>
            ) : (
              <Alert color="yellow" role="alert">
                {data.problem}
              </Alert>
            )}
            <Table mt="xs" fz="xs" withRowBorders={false} verticalSpacing={1}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{words.columns.zoom}</Table.Th>
                  <Table.Th ta="right">{words.columns.tiles}</Table.Th>
                  <Table.Th ta="right">{words.columns.bytes}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.zooms
                  .filter(({ zoom: z }) => z >= LEAST_ZOOM)
                  .map(({ zoom: z, tiles, bytes: much }) => (
                    <Table.Tr key={z}>
                      <Table.Td>{words.zoom(z)}</Table.Td>
                      <Table.Td ta="right">{count(tiles)}</Table.Td>
                      <Table.Td ta="right">{bytes(much)}</Table.Td>
                    </Table.Tr>
                  ))}
              </Table.Tbody>
            </Table>
          </section>
        )}
        {create.isError && <ErrorState error={create.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button
            disabled={!chosen || !data || data.problem !== null || label.trim() === ''}
            loading={create.isPending}
            onClick={() => chosen && create.mutate({ body: { target: chosen.target, maxZoom, label: label.trim() } })}
          >
            {words.take}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
