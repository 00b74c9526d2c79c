import { Button, Paper, Radio, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconDownload, IconFileExport } from '@tabler/icons-react';
import { useState } from 'react';
import { urlOf } from '../../../src-shared/contract/api-client.ts';
import {
  type ManufacturerExportFormat,
  manufacturerExportFormats,
} from '../../../src-shared/contract/export-profile.ts';
import type { KeyBatch, ManufacturerExport } from '../../../src-shared/contract/key-batches.ts';
import { exportFileName } from '../../../src-shared/domain/export-file-name.ts';
import { download } from '../../api/download.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { useCan } from '../../api/session.ts';
import { usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { CopyIcon } from '../../components/MacAddress.tsx';
import { Time } from '../../components/Time.tsx';
import { count } from '../../strings/format.ts';
import { keyBatches } from '../../strings/key-batches.ts';

const { export: words } = keyBatches;
/** A browser's download says nothing when it ends; the record is there once the stream has. */
const RECORD_AFTER_MS = [1_500, 6_000];

const columns: Column<ManufacturerExport>[] = [
  { id: 'at', header: words.at, width: 160, cell: (record) => <Time value={record.exportedAt} /> },
  { id: 'format', header: words.format, width: 140, cell: (record) => words.formats[record.format] },
  { id: 'recipient', header: words.recipient, width: 170, cell: (record) => record.recipient },
  { id: 'count', header: words.count, width: 90, align: 'right', cell: (record) => count(record.keyCount) },
  {
    id: 'sha256',
    header: words.sha256,
    width: 220,
    cell: (record) => (
      <span title={record.sha256} style={{ fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 }}>
        {record.sha256.slice(0, 20)}… <CopyIcon value={record.sha256} />
      </span>
    ),
  },
  { id: 'by', header: words.by, width: 130, cell: (record) => record.exportedBy },
];

/** What goes to the manufacturer: choose a format and who gets it, download; below, every export so far. */
export function ExportPanel({ batch }: { batch: KeyBatch }) {
  const mayExport = useCan('exportKeyBatch');
  const params = { keyBatchId: batch.id };
  const records = usePages('listManufacturerExports', { params });
  const [format, setFormat] = useState<ManufacturerExportFormat>('csv');
  const [recipient, setRecipient] = useState('');
  const ready = batch.state !== 'generating' && batch.counts.generated > 0;

  const save = async () => {
    const url = urlOf('exportKeyBatch', { params, query: { format, recipient: recipient.trim() } });
    if (!(await download(url, exportFileName(batch.label, `key-batch-${batch.id}`, format)))) return;
    for (const ms of RECORD_AFTER_MS)
      setTimeout(() => invalidateOperations(['listManufacturerExports', 'getKeyBatch', 'listKeyBatches']), ms);
  };

  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Title order={2}>{words.title}</Title>
        <Text size="sm" c="dimmed" mb="sm">
          {words.hint}
        </Text>
        {mayExport ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void save();
            }}
          >
            <Stack gap="sm" align="flex-start">
              <Radio.Group
                label={words.format}
                value={format}
                onChange={(value) => setFormat(value as ManufacturerExportFormat)}
              >
                <Stack gap={6} mt={6}>
                  {manufacturerExportFormats.map((each) => (
                    <Radio key={each} value={each} label={words.formats[each]} description={words.formatHints[each]} />
                  ))}
                </Stack>
              </Radio.Group>
              <TextInput
                w={360}
                maw="100%"
                label={words.recipient}
                description={words.recipientHint}
                maxLength={200}
                value={recipient}
                onChange={(event) => setRecipient(event.currentTarget.value)}
              />
              <Button type="submit" size="sm" disabled={!ready} leftSection={<IconDownload size={16} aria-hidden />}>
                {words.download}
              </Button>
              {!ready && (
                <Text size="sm" c="dimmed">
                  {words.notReady}
                </Text>
              )}
            </Stack>
          </form>
        ) : (
          <Text size="sm">{words.notAllowed}</Text>
        )}
      </Paper>
      <Title order={2}>{words.records}</Title>
      <DataTable
        name="manufacturer-exports"
        label={words.records}
        columns={columns}
        pages={records}
        rowKey={(record) => record.id}
        empty={<EmptyState icon={IconFileExport} title={words.recordsEmpty} description={words.recordsEmptyHint} />}
      />
    </Stack>
  );
}
