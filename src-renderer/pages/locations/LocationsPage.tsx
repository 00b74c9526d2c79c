import { Button, SegmentedControl, Switch } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { type Location, locationRoutes } from '../../../src-shared/contract/locations.ts';
import { type LocationKind, locationKinds } from '../../../src-shared/contract/status.ts';
import type { Corner } from '../../../src-shared/domain/fences/outline.ts';
import { useCan } from '../../api/session.ts';
import { ColumnChoice, DataTable } from '../../components/DataTable.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { checkedBy } from '../../components/editing/check-form.ts';
import { useOperationForm } from '../../components/FormModal.tsx';
import { EmptyList, FilterBar } from '../../components/ListPage.tsx';
import { Page } from '../../components/Page.tsx';
import { PartNote } from '../../components/PartNote.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { idOf, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { fenceCheck } from '../../strings/fences.ts';
import { locationImport } from '../../strings/location-import.ts';
import { locations as words } from '../../strings/locations.ts';
import { locationColumns } from './columns.tsx';
import { type Draft, draftOf, type Editing } from './draft.ts';
import { FenceCheck } from './FenceCheck.tsx';
import { LocationDetail } from './LocationDetail.tsx';
import { LocationForm } from './LocationForm.tsx';
import classes from './Locations.module.css';
import { LocationsMap } from './LocationsMap.tsx';
import { keyOf } from './operations.ts';
import { useOutlineDrawing } from './outline/use-outline-drawing.ts';
import { useFencePreview, useFenceSurroundings } from './use-fence-preview.ts';
import { useLocations } from './use-locations.ts';

// With it come the readers of files.
const LocationImport = lazy(() => import('./import/LocationImport.tsx'));

const TABLE = 'locations';
const keys = ['search', 'show', 'productionRunId', 'archived', 'kind', 'location', 'new'] as const;

/** Storage and delivery locations: a list and a map of the same, and the form to make and move their fences. */
export default function LocationsPage() {
  const filters = useUrlFilters(keys, ['show', 'kind', 'location', 'new']);
  const { values, set } = filters;
  const show = locationKinds.find((kind) => kind === values.show) ?? 'all';
  const list = useLocations({
    show,
    search: values.search,
    productionRunId: idOf(values.productionRunId),
    includeArchived: values.archived === 'yes',
  });
  const mayChange = useCan('createStorageLocation');
  const chosenKey = values.kind && values.location ? `${values.kind}-${values.location}` : null;
  const chosen = list.items.find((location) => keyOf(location) === chosenKey) ?? null;
  const choose = (location: Location | null) => set({ kind: location?.kind ?? null, location: location?.id ?? null });

  const [checking, setChecking] = useState(false);
  const [editing, setEditing] = useState<Editing | null>(null);
  const form = useOperationForm<Draft>({
    initialValues: draftOf(null),
    validate: checkedBy(locationRoutes.updateDeliveryLocation, ({ name, address }) => ({ name, address }), {
      name: words.form.nameNeeded,
    }),
  });
  const preview = useFencePreview(editing, form.values);
  const surroundings = useFenceSurroundings(editing, form.values);
  const drawing = useOutlineDrawing(editing, form);
  const [shown, setShown] = useState<Corner | null>(null);
  const [importing, setImporting] = useState(false);
  const edit = (kind: LocationKind, location: Location | null) => {
    form.setValues(draftOf(location));
    form.clearErrors();
    setEditing({ kind, location });
  };
  const asked = locationKinds.find((kind) => kind === values.new);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each address that asks for a new one
  useEffect(() => {
    if (!asked) return;
    set({ new: null });
    if (mayChange) edit(asked, null);
  }, [asked]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: choosing writes the address, whatever else has changed
  const columns = useMemo(() => locationColumns(chosenKey, choose), [chosenKey]);

  return (
    <Page
      title={words.title}
      term="geofence"
      description={words.description}
      fill
      actions={
        mayChange && [
          <Button key="check" variant="default" onClick={() => setChecking(true)}>
            {fenceCheck.open}
          </Button>,
          <Button key="import" variant="default" onClick={() => setImporting(true)}>
            {locationImport.open}
          </Button>,
          ...locationKinds.map((kind) => (
            <Button
              key={kind}
              variant={kind === 'storage' ? 'default' : 'filled'}
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => edit(kind, null)}
            >
              {kind === 'storage' ? words.newStorage : words.newDelivery}
            </Button>
          )),
        ]
      }
    >
      {checking && <FenceCheck onClose={() => setChecking(false)} />}
      {importing && (
        <Suspense>
          <LocationImport onClose={() => setImporting(false)} />
        </Suspense>
      )}
      <div className={classes.root}>
        <div className={classes.side}>
          {editing ? (
            <LocationForm
              key={editing.location ? keyOf(editing.location) : editing.kind}
              editing={editing}
              form={form}
              preview={preview}
              surroundings={surroundings}
              drawing={drawing}
              onShow={(corner) => setShown([...corner])}
              onDone={(saved) => {
                setEditing(null);
                if (saved) choose(saved);
              }}
            />
          ) : (
            <>
              <FilterBar isActive={filters.active || show !== 'all'}>
                <SegmentedControl
                  size="xs"
                  aria-label={words.kind}
                  value={show}
                  onChange={(next) => set({ show: next === 'all' ? null : next })}
                  data={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))}
                />
                <SearchInput
                  value={values.search ?? ''}
                  onChange={(search) => set({ search })}
                  placeholder={words.searchPlaceholder}
                  width={170}
                />
                <ReferenceSelect
                  kind="productionRun"
                  aria-label={words.run}
                  placeholder={words.run}
                  w={170}
                  value={idOf(values.productionRunId) ?? null}
                  onChange={(id) => set({ productionRunId: id })}
                />
                <Switch
                  size="xs"
                  label={words.includeArchived}
                  checked={values.archived === 'yes'}
                  onChange={(event) => set({ archived: event.currentTarget.checked ? 'yes' : null })}
                />
                <ColumnChoice name={TABLE} columns={columns} />
              </FilterBar>
              <PartNote />
              {list.error ? (
                <ErrorState error={list.error} onRetry={list.retry} />
              ) : (
                <DataTable
                  name={TABLE}
                  label={words.label}
                  columns={columns}
                  rows={list.items}
                  loading={list.loading}
                  rowKey={keyOf}
                  chosen={chosenKey}
                  onOpen={choose}
                  fill
                  empty={<EmptyList filters={filters} title={words.empty} hint={words.emptyHint} />}
                />
              )}
              {chosen && (
                <LocationDetail
                  location={chosen}
                  onEdit={() => edit(chosen.kind, chosen)}
                  onGone={() => choose(null)}
                />
              )}
            </>
          )}
        </div>
        <div className={classes.holder}>
          <LocationsMap
            locations={list.items}
            loading={list.loading}
            chosen={chosen}
            onChoose={choose}
            editing={editing}
            form={form}
            drawing={drawing}
            preview={preview.data}
            overlapping={editing ? (surroundings?.overlapping.named.map(keyOf) ?? []) : []}
            shown={shown}
          />
        </div>
      </div>
    </Page>
  );
}
