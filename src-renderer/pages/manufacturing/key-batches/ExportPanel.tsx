import { Paper, Stack, Text, Title } from '@mantine/core';
import { IconFileExport } from '@tabler/icons-react';
import type { KeyBatch, ManufacturerExport } from '../../../../src-shared/contract/key-batches.ts';
import { useCan } from '../../../api/session.ts';
import { usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { keyBatches } from '../../../strings/key-batches.ts';
import { ExportForm } from './ExportForm.tsx';
import { exportColumns } from './export-columns.tsx';

const { export: words } = keyBatches;

const recipient: Column<ManufacturerExport> = {
  id: 'recipient',
  header: words.recipient,
  width: 180,
  cell: (record) => record.recipient || record.manufacturer?.name,
};

/** What goes to the manufacturer: choose whose file it is, look at it, make it; below, every export so far. */
export function ExportPanel({ batch }: { batch: KeyBatch }) {
  const mayExport = useCan('createManufacturerExport');
  const records = usePages('listManufacturerExports', { params: { keyBatchId: batch.id } });
  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Title order={2}>{words.title}</Title>
        <Text size="sm" c="dimmed" mb="sm">
          {words.hint}
        </Text>
        {mayExport ? <ExportForm batch={batch} /> : <Text size="sm">{words.notAllowed}</Text>}
      </Paper>
      <Title order={2}>{words.records}</Title>
      <DataTable
        name="manufacturer-exports"
        label={words.records}
        columns={exportColumns(recipient, mayExport)}
        pages={records}
        rowKey={(record) => record.id}
        empty={<EmptyState icon={IconFileExport} title={words.recordsEmpty} description={words.recordsEmptyHint} />}
      />
    </Stack>
  );
}
