import { Anchor, Skeleton, Tabs } from '@mantine/core';
import { IconFileExport, IconKey, IconTable, IconWebhook } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import type { ManufacturerExport } from '../../../../src-shared/contract/key-batches.ts';
import { useCan } from '../../../api/session.ts';
import { useOperation, useOperationMutation, usePages } from '../../../api/use-operation.ts';
import { ConfirmButton } from '../../../components/ConfirmButton.tsx';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Page } from '../../../components/Page.tsx';
import { useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { keyBatches } from '../../../strings/key-batches.ts';
import { manufacturers as words } from '../../../strings/manufacturers.ts';
import { exportColumns } from '../key-batches/export-columns.tsx';
import { ManufacturerTokens } from './ManufacturerTokens.tsx';
import { ProfileForm } from './ProfileForm.tsx';
import { WebhookPanel } from './WebhookPanel.tsx';

const batchColumn: Column<ManufacturerExport> = {
  id: 'batch',
  header: keyBatches.export.batch,
  width: 200,
  cell: ({ keyBatch }) => (
    <Anchor component={Link} to={`/key-batches/${keyBatch.id}`} size="sm">
      {keyBatch.name}
    </Anchor>
  ),
};

/** One manufacturer: the form of its key files, what it was sent, and the tokens it signs in with. */
export default function ManufacturerPage() {
  const manufacturerId = Number(useParams().manufacturerId);
  const params = { manufacturerId };
  const { values, set } = useUrlFilters(['tab']);
  const mayChange = useCan('updateManufacturer');
  const mayRepeat = useCan('getManufacturerExportFile');
  const one = useOperation('getManufacturer', { params });
  const orders = usePages('listManufacturerKeyOrders', { params });
  const update = useOperationMutation('updateManufacturer', { invalidates: ['getManufacturer', 'listManufacturers'] });
  if (!one.data)
    return (
      <Page title={words.title}>
        {one.isError ? <ErrorState error={one.error} onRetry={() => void one.refetch()} /> : <Skeleton height={160} />}
      </Page>
    );
  const { data } = one;
  const archived = data.archivedAt !== null;
  return (
    <Page
      title={data.name}
      description={archived ? words.archived : data.contact}
      actions={
        mayChange && (
          <ConfirmButton
            title={archived ? words.restore : words.archiveTitle(data.name)}
            body={archived ? '' : words.archiveBody}
            confirmLabel={archived ? words.restore : words.archive}
            onConfirm={() => update.mutateAsync({ params, body: { archived: !archived }, version: data.version })}
          >
            {archived ? words.restore : words.archive}
          </ConfirmButton>
        )
      }
    >
      <Tabs value={values.tab ?? 'profile'} onChange={(tab) => set({ tab })} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="profile" leftSection={<IconTable size={16} aria-hidden />}>
            {words.tabs.profile}
          </Tabs.Tab>
          <Tabs.Tab value="orders" leftSection={<IconFileExport size={16} aria-hidden />}>
            {words.tabs.keyOrders}
          </Tabs.Tab>
          <Tabs.Tab value="tokens" leftSection={<IconKey size={16} aria-hidden />}>
            {words.tabs.tokens}
          </Tabs.Tab>
          <Tabs.Tab value="webhook" leftSection={<IconWebhook size={16} aria-hidden />}>
            {words.tabs.webhook}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="profile" pt="md">
          <ProfileForm key={data.id} manufacturer={data} readOnly={!mayChange} />
        </Tabs.Panel>
        <Tabs.Panel value="orders" pt="md">
          <DataTable
            name="manufacturer-key-orders"
            label={words.keyOrders}
            columns={exportColumns(batchColumn, mayRepeat)}
            pages={orders}
            rowKey={(record) => record.id}
            empty={
              <EmptyState icon={IconFileExport} title={words.keyOrdersEmpty} description={words.keyOrdersEmptyHint} />
            }
          />
        </Tabs.Panel>
        <Tabs.Panel value="tokens" pt="md">
          <ManufacturerTokens manufacturerId={data.id} />
        </Tabs.Panel>
        <Tabs.Panel value="webhook" pt="md">
          <WebhookPanel manufacturer={data} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
