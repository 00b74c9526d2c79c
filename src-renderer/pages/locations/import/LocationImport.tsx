import { Alert, Button, Group, Loader, Modal, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import type { Location } from '../../../../src-shared/contract/locations.ts';
import { type LocationKind, locationKinds } from '../../../../src-shared/contract/status.ts';
import type { Axes } from '../../../../src-shared/domain/fences/read-outline.ts';
import { invalidateOperations } from '../../../api/invalidate.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { FileDrop } from '../../../components/import/FileDrop.tsx';
import { ProblemTable } from '../../../components/import/ProblemTable.tsx';
import { ProductionRunMultiSelect } from '../../../components/ReferenceMultiSelect.tsx';
import { common, locationKindNames } from '../../../strings/common.ts';
import { locationImport as words } from '../../../strings/location-import.ts';
import { locationReads } from '../operations.ts';
import { type LocationFile, readLocationFile } from './read-location-file.ts';
import { checkLocations, storeLocations } from './send-locations.ts';

const MOST_BYTES = 20_000_000;

/** Many locations from one file: read here, checked by the core, and stored when a person has seen what is wrong. */
export default function LocationImport({ onClose }: { onClose: () => void }) {
  const [bytes, setBytes] = useState<Uint8Array | null>(null);
  const [kind, setKind] = useState<LocationKind>('delivery');
  const [axes, setAxes] = useState<Axes>('longitude-first');
  const [runs, setRuns] = useState<Location['productionRuns']>([]);
  const [checked, setChecked] = useState<LocationFile | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [storing, setStoring] = useState(false);

  useEffect(() => {
    if (!bytes) return;
    const stop = new AbortController();
    setChecked(null);
    setFailure(null);
    const read = readLocationFile(bytes, { kind, axes });
    checkLocations(read.locations, stop.signal).then(
      (problems) => {
        const bad = new Set(problems.map(({ row }) => row));
        const locations = read.locations.filter(({ row }) => !bad.has(row));
        if (!stop.signal.aborted) setChecked({ ...read, locations, problems: [...read.problems, ...problems] });
      },
      (error: unknown) => stop.signal.aborted || setFailure(error),
    );
    return () => stop.abort();
  }, [bytes, kind, axes]);

  const choose = async (file: File) => {
    setAxes('longitude-first');
    if (file.size > MOST_BYTES) setFailure(new Error(words.tooLarge));
    else setBytes(new Uint8Array(await file.arrayBuffer()));
  };
  const store = async () => {
    if (!checked) return;
    setStoring(true);
    setFailure(null);
    const { created, error } = await storeLocations(
      checked.locations,
      runs.map(({ id }) => id),
    );
    setStoring(false);
    invalidateOperations(locationReads);
    if (error === null) {
      notifications.show({ message: words.done(created) });
      return onClose();
    }
    if (created > 0) notifications.show({ message: words.partly(created), autoClose: false });
    setFailure(error);
  };
  const good = checked?.locations.length ?? 0;
  return (
    <Modal opened onClose={onClose} title={words.title} size="xl">
      <Stack gap="sm">
        {!bytes && (
          <FileDrop accept=".geojson,.json,.csv,.txt" hint={words.hint} onFile={(file) => void choose(file)} />
        )}
        {bytes && (
          <Group grow align="flex-start">
            <Select
              label={words.kind}
              data={locationKinds.map((value) => ({ value, label: locationKindNames[value] }))}
              value={kind}
              allowDeselect={false}
              onChange={(value) => setKind((value ?? 'delivery') as LocationKind)}
            />
            <ProductionRunMultiSelect label={words.runs} value={runs} onChange={setRuns} />
          </Group>
        )}
        {bytes && !checked && failure === null && (
          <Group gap="xs" role="status">
            <Loader size="xs" />
            <Text size="sm">{words.checking}</Text>
          </Group>
        )}
        {checked && (
          <section aria-label={words.read}>
            <Stack gap="xs">
              <Text size="sm" fw={600} role="status">
                {words.good(good)}
              </Text>
              {checked.isSwapped && (
                <Alert color="yellow">
                  <Group gap="xs">
                    <Text size="sm">{words.swapHint}</Text>
                    <Button size="xs" variant="default" onClick={() => setAxes('latitude-first')}>
                      {words.swap}
                    </Button>
                  </Group>
                </Alert>
              )}
              {checked.problems.length > 0 && (
                <>
                  <Text size="sm">{words.bad(checked.problems.length)}</Text>
                  <ProblemTable problems={checked.problems} />
                </>
              )}
            </Stack>
          </section>
        )}
        {failure !== null && <ErrorState error={failure} title={words.failed} />}
        <Group justify="flex-end" gap="xs">
          {bytes && (
            <Button variant="default" mr="auto" onClick={() => setBytes(null)}>
              {words.other}
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button disabled={good === 0} loading={storing} onClick={() => void store()}>
            {words.import(good)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
