import { Alert, Group, Select, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { clientRoutes, type ProductionRun } from '../../../../src-shared/contract/clients.ts';
import { api } from '../../../api/client.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { checkedBy } from '../../../components/editing/check-form.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { ReferenceSelect } from '../../../components/ReferenceSelect.tsx';
import { DateField } from '../../../dates/DateField.tsx';
import { productionRuns } from '../../../strings/production-runs.ts';
import { Reopening } from './Reopening.tsx';

const { form: words } = productionRuns;

interface Props {
  opened: boolean;
  onClose: () => void;
  /** The run to edit; a new one without. */
  run?: ProductionRun;
}

const valuesOf = (run?: ProductionRun) => ({
  name: run?.name ?? '',
  clientId: run?.client.id ?? null,
  brandId: run?.brand.id ?? null,
  startDate: run?.startDate ?? null,
  endDate: run?.endDate ?? null,
  timeZone: run?.timeZone ?? 'UTC',
});
const bodyOf = (values: ReturnType<typeof valuesOf>) => ({
  name: values.name,
  startDate: values.startDate ?? '',
  endDate: values.endDate ?? '',
  timeZone: values.timeZone,
});
const labels = { name: words.name, startDate: words.start, endDate: words.end, timeZone: words.timeZone };

/** Makes or edits a run. New dates or another zone refold the history of its trackers, which the form says. */
export function RunForm({ opened, onClose, run }: Props) {
  const navigate = useNavigate();
  const invalidates = ['listProductionRuns', 'getProductionRun', 'listBrands', 'getOverview', 'listTrackers'] as const;
  const create = useOperationMutation('createProductionRun', { invalidates });
  const update = useOperationMutation('updateProductionRun', { invalidates });
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')], []);
  const form = useOperationForm({
    initialValues: valuesOf(run),
    validate: checkedBy(
      run ? clientRoutes.updateProductionRun : clientRoutes.createProductionRun,
      (values) => ({ ...bodyOf(values), brandId: values.brandId }),
      {
        name: words.errors.name,
        brandId: words.errors.brand,
        startDate: words.errors.start,
        endDate: ({ code }) => (code === 'custom' ? words.errors.order : words.errors.end),
      },
    ),
  });
  const { clientId, brandId, startDate, endDate, timeZone } = form.values;
  const refolds =
    run !== undefined && (startDate !== run.startDate || endDate !== run.endDate || timeZone !== run.timeZone);

  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={run ? words.editTitle(run.name) : words.createTitle}
      form={form}
      editing={
        run && {
          record: run,
          read: () => api.getProductionRun({ params: { productionRunId: run.id } }),
          values: valuesOf,
          labels,
        }
      }
      onSubmit={async (values, { version, changed }) => {
        if (run) return update.mutateAsync({ params: { productionRunId: run.id }, body: changed(bodyOf), version });
        const made = await create.mutateAsync({ body: { ...bodyOf(values), brandId: values.brandId ?? 0 } });
        void navigate(`/production-runs/${made.id}`);
      }}
    >
      <TextInput label={words.name} withAsterisk maxLength={200} data-autofocus {...form.getInputProps('name')} />
      <ReferenceSelect
        kind="client"
        label={words.client}
        withAsterisk
        placeholder=""
        disabled={run !== undefined}
        value={clientId}
        onChange={(id) => form.setValues({ clientId: id, brandId: null })}
      />
      <ReferenceSelect
        kind="brand"
        label={words.brand}
        withAsterisk
        placeholder={clientId === null ? words.brandFirst : ''}
        disabled={run !== undefined || clientId === null}
        {...(run ? { description: words.brandFixed } : {})}
        clientId={clientId}
        value={brandId}
        onChange={(id) => form.setFieldValue('brandId', id)}
        error={form.errors.brandId}
      />
      <Group grow align="flex-start">
        <DateField label={words.start} withAsterisk {...form.getInputProps('startDate')} />
        <DateField label={words.end} withAsterisk min={startDate ?? undefined} {...form.getInputProps('endDate')} />
      </Group>
      <Select
        label={words.timeZone}
        description={`${words.timeZoneHint} ${words.datesHint}`}
        searchable
        allowDeselect={false}
        data={zones}
        limit={100}
        {...form.getInputProps('timeZone')}
      />
      {refolds && (
        <Alert color="yellow" role="status">
          {words.refold}
        </Alert>
      )}
      {/* Which day it is there decides the server; a later end is what may reopen it. */}
      {run?.phase === 'over' && endDate !== null && endDate > run.endDate && <Reopening runId={run.id} />}
    </FormModal>
  );
}
