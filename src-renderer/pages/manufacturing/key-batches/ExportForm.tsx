import { Alert, Button, Group, NumberInput, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconDownload, IconFileExport } from '@tabler/icons-react';
import { useState } from 'react';
import { z } from 'zod';
import {
  type ManufacturerExportFormat,
  manufacturerExportFormats,
  plainProfile,
} from '../../../../src-shared/contract/export-profile.ts';
import type { KeyBatch } from '../../../../src-shared/contract/key-batches.ts';
import { useOperation, useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { JobProgress, useJob } from '../../../components/JobProgress.tsx';
import { CopyIcon } from '../../../components/MacAddress.tsx';
import { DateField } from '../../../dates/DateField.tsx';
import { isFinished, useJobs } from '../../../stores/jobs.ts';
import { keyBatches } from '../../../strings/key-batches.ts';
import { ExportPreview } from './ExportPreview.tsx';
import { downloadExport } from './export-columns.tsx';

const { export: words } = keyBatches;
const made = z.object({
  manufacturerExportId: z.number(),
  keyCount: z.number(),
  sha256: z.string(),
  fileName: z.string(),
});

/** Chooses the manufacturer or a plain format, and which keys; shows how the file begins; makes it and gives it out. */
export function ExportForm({ batch }: { batch: KeyBatch }) {
  const { data: manufacturers } = useOperation('listManufacturers', { query: { limit: 500 } });
  const [manufacturerId, setManufacturerId] = useState<number | null>(null);
  const [format, setFormat] = useState<ManufacturerExportFormat>('csv');
  const [recipient, setRecipient] = useState('');
  const [dueDate, setDueDate] = useState<string | null>(null);
  const [keys, setKeys] = useState<'all' | 'next'>('all');
  const [howMany, setHowMany] = useState<number | string>('');
  const [jobId, setJobId] = useState<number | null>(null);
  const job = useJob(jobId);
  const create = useOperationMutation('createManufacturerExport', {
    invalidates: ['listJobs'],
    onSuccess: (started) => {
      useJobs.getState().put(started);
      setJobId(started.id);
    },
  });
  const manufacturer = manufacturers?.items.find(({ id }) => id === manufacturerId);
  const ready = batch.state !== 'generating' && batch.counts.generated > 0;
  const left = batch.counts.generated - batch.counts.exported;
  const result = made.safeParse(job?.result);
  const count = keys === 'next' && howMany !== '' ? Number(howMany) : null;
  return (
    <Group align="flex-start" gap="xl" wrap="wrap">
      <form
        style={{ flex: '1 1 360px', minWidth: 0 }}
        onSubmit={(event) => {
          event.preventDefault();
          const body = { manufacturerId, format, recipient, keys, count, dueDate };
          create.mutate({ params: { keyBatchId: batch.id }, body });
        }}
      >
        <Stack gap="sm" align="stretch">
          <Select
            label={words.manufacturer}
            description={words.manufacturerHint}
            placeholder={words.noManufacturer}
            clearable
            searchable
            data={(manufacturers?.items ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
            value={manufacturerId === null ? null : String(manufacturerId)}
            onChange={(value) => setManufacturerId(value === null ? null : Number(value))}
          />
          {manufacturerId === null && (
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
          )}
          <Radio.Group label={words.keys} value={keys} onChange={(value) => setKeys(value as 'all' | 'next')}>
            <Stack gap={6} mt={6}>
              <Radio value="all" label={words.all(batch.counts.generated)} />
              <Radio value="next" label={words.next(left)} disabled={left === 0} />
            </Stack>
          </Radio.Group>
          {keys === 'next' && (
            <NumberInput
              label={words.howMany}
              description={words.howManyHint}
              w={200}
              min={1}
              max={left}
              allowDecimal={false}
              thousandSeparator=","
              value={howMany}
              onChange={setHowMany}
            />
          )}
          <TextInput
            label={words.recipient}
            description={words.recipientHint}
            placeholder={manufacturer?.name ?? ''}
            maxLength={200}
            value={recipient}
            onChange={(event) => setRecipient(event.currentTarget.value)}
          />
          <DateField label={words.due} description={words.dueHint} clearable value={dueDate} onChange={setDueDate} />
          <Group>
            <Button
              type="submit"
              size="sm"
              disabled={!ready}
              loading={create.isPending || (job !== undefined && !isFinished(job))}
              leftSection={<IconFileExport size={16} aria-hidden />}
            >
              {words.make}
            </Button>
            {!ready && (
              <Text size="sm" c="dimmed">
                {words.notReady}
              </Text>
            )}
          </Group>
          {create.isError && <ErrorState error={create.error} title={words.failed} />}
          {job && !isFinished(job) && <JobProgress jobId={job.id} initial={job} />}
          {job?.state === 'failed' && (
            <Alert color="red" variant="light" title={words.failed} role="alert">
              {job.error?.message}
            </Alert>
          )}
          {job?.state === 'succeeded' && result.success && (
            <Alert color="teal" variant="light" title={words.made} icon={<IconCheck size={18} />} role="status">
              <Text size="sm">{words.madeHint(result.data.keyCount)}</Text>
              <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }} my="xs">
                {result.data.sha256} <CopyIcon value={result.data.sha256} />
              </Text>
              <Button
                size="sm"
                leftSection={<IconDownload size={16} aria-hidden />}
                onClick={() => void downloadExport(result.data.manufacturerExportId, result.data.fileName)}
              >
                {words.download}
              </Button>
            </Alert>
          )}
        </Stack>
      </form>
      <ExportPreview
        profile={manufacturer?.profile ?? plainProfile(format, batch.keysPerDevice)}
        keyBatchId={ready ? batch.id : null}
      />
    </Group>
  );
}
