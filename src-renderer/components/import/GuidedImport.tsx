import { Alert, Button, Checkbox, Group, Paper, Radio, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { type ImportField, type importModes, keyBlocks } from '../../../src-shared/contract/device-imports.ts';
import { type ImportGlimpse, importGlimpse, importResult, type Job } from '../../../src-shared/contract/jobs.ts';
import type { Firmware } from '../../../src-shared/domain/find-my/battery.ts';
import { useOperation } from '../../api/use-operation.ts';
import { idOf, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { isFinished, useJobs } from '../../stores/jobs.ts';
import { importing as words } from '../../strings/importing.ts';
import { ErrorState } from '../ErrorState.tsx';
import { FirmwareSelect } from '../FirmwareSelect.tsx';
import { JobProgress, useJob } from '../JobProgress.tsx';
import { ColumnMapping, type HowToRead } from './ColumnMapping.tsx';
import { describeFile, type ImportContentType } from './describe-file.ts';
import { FileDrop } from './FileDrop.tsx';
import { ImportProblems, ImportSummary } from './ImportSummary.tsx';
import { PutRight } from './PutRight.tsx';

export interface ImportOptions extends HowToRead {
  dryRun: boolean;
  mode: (typeof importModes)[number];
  checkAddress: boolean;
  keyBlocks?: (typeof keyBlocks)[number];
  firmware?: Firmware;
  mixUpReason?: string;
}

/** Only a hint, since factories name files as they like. */
const ACCEPT = '.csv,.txt,.tsv,.json,.xlsx,.keys,.plist,.tar,text/csv,application/json';

interface Props {
  /** What the import can make use of. */
  fields: readonly ImportField[];
  /** Which columns the file has to have, in a sentence. */
  hint: string;
  /** Whether the import can hold each MAC against its key. */
  canCheckAddress?: boolean;
  /** Whether the file may correct an earlier one. */
  canPutRight?: boolean;
  /** What to do once the devices are in. */
  next: ReactNode;
  send: (file: File, contentType: ImportContentType, options: ImportOptions) => Promise<Job>;
}

/**
 * The one way in which files of devices come in: choose, trial run, look at what it found, then store all or the good
 * rows. The jobs' ids are in the address, so that one may leave, reload and come back.
 */
export function GuidedImport({ fields, hint, canCheckAddress = false, canPutRight = false, next, send }: Props) {
  const { values, set } = useUrlFilters(['check', 'import']);
  const [file, setFile] = useState<File | null>(null);
  const [mode, setMode] = useState<ImportOptions['mode']>('all-or-nothing');
  const [checkAddress, setCheckAddress] = useState(canCheckAddress);
  const [mixUpReason, setMixUpReason] = useState<string | null>(null);
  const [how, setHow] = useState<HowToRead>({});
  const [firmware, setFirmware] = useState<Firmware | null>(null);
  const [blocks, setBlocks] = useState<(typeof keyBlocks)[number] | null>(null);
  const checkJob = useJob(idOf(values.check) ?? null);
  const importJob = useJob(idOf(values.import) ?? null);

  const start = useMutation<Job, Error, { chosen: File; options: ImportOptions }>({
    mutationFn: async ({ chosen, options }) => {
      const verdict = describeFile(chosen, new Uint8Array(await chosen.slice(0, 64).arrayBuffer()));
      if ('problem' in verdict) throw new Error(verdict.problem);
      return send(chosen, verdict.contentType, options);
    },
    onSuccess: (job, { options }) => {
      useJobs.getState().put(job);
      set(options.dryRun ? { check: job.id, import: null } : { import: job.id });
    },
  });
  const ofFirmware = firmware === null ? {} : { firmware };
  const ofBlocks = (chosen: typeof blocks) => (chosen === null ? {} : { keyBlocks: chosen });
  const ofMixUps = mixUpReason?.trim() ? { mixUpReason: mixUpReason.trim() } : {};
  const check = (chosen: File, address = checkAddress, by: HowToRead = {}, whose = blocks) => {
    setFile(chosen);
    setHow(by);
    const options = {
      dryRun: true,
      mode: 'good-rows',
      checkAddress: address,
      ...ofMixUps,
      ...ofBlocks(whose),
      ...by,
    } as const;
    start.mutate({ chosen, options });
  };
  const again = () => {
    setFile(null);
    start.reset();
    set({ check: null, import: null });
  };

  const found = resultOf(checkJob);
  const stored = resultOf(importJob);
  const acceptable = found ? found.accepted : 0;
  const blocked = found !== null && mode === 'all-or-nothing' && found.rejected > 0;
  const glimpse = glimpseOf(checkJob);
  const mapping = checkJob && file && glimpse && (
    <ColumnMapping
      key={checkJob.id}
      fields={fields}
      glimpse={glimpse}
      columns={found?.positions ?? {}}
      busy={start.isPending}
      onCheck={(by) => check(file, checkAddress, by)}
    />
  );
  const drop = <FileDrop accept={ACCEPT} hint={hint} disabled={start.isPending} onFile={(chosen) => check(chosen)} />;

  // The address names a job that is still asked for: an empty form would look as if nothing had been done.
  const awaited = idOf(values.import) ?? idOf(values.check);
  if (awaited !== undefined && !importJob && !checkJob) return <AwaitedJob jobId={awaited} onGiveUp={again} />;
  if (importJob)
    return (
      <Stack gap="md">
        <Title order={2}>{isFinished(importJob) ? words.imported : words.importing}</Title>
        <JobPanel job={importJob} failedTitle={words.importFailed} />
        {stored && <ImportSummary result={stored} />}
        {isFinished(importJob) && (
          <Paper withBorder p="md">
            <Group gap="sm">
              {stored && stored.stored + stored.alreadyImported > 0 && (
                <>
                  <Text fw={600}>{words.next}</Text>
                  {next}
                </>
              )}
              <Button variant="default" onClick={again}>
                {words.another}
              </Button>
            </Group>
          </Paper>
        )}
        {stored && <ImportProblems jobId={importJob.id} result={stored} />}
      </Stack>
    );

  return (
    <Stack gap="md">
      {!checkJob && drop}
      {canCheckAddress && (
        <Checkbox
          label={words.checkAddress}
          description={words.checkAddressHint}
          checked={checkAddress}
          disabled={start.isPending}
          onChange={(event) => {
            const address = event.currentTarget.checked;
            setCheckAddress(address);
            if (checkJob && file) check(file, address, how);
          }}
        />
      )}
      {canPutRight && (
        <PutRight
          reason={mixUpReason}
          disabled={start.isPending}
          onReason={setMixUpReason}
          onCheck={checkJob && file ? () => check(file, checkAddress, how) : null}
        />
      )}
      {fields.includes('privateKey') && (
        <Group align="flex-start" gap="md">
          <FirmwareSelect value={firmware} onChange={setFirmware} disabled={start.isPending} />
          <Select
            label={words.keyBlocks}
            description={words.keyBlocksHint}
            placeholder={words.keyBlocksByLines}
            clearable
            data={keyBlocks.map((value) => ({ value, label: words.keyBlockKinds[value] }))}
            value={blocks}
            disabled={start.isPending}
            onChange={(value) => {
              const whose = value as typeof blocks;
              setBlocks(whose);
              if (checkJob && file) check(file, checkAddress, how, whose);
            }}
          />
        </Group>
      )}
      {start.isError && <ErrorState error={start.error} title={file ? `${file.name}` : words.checkFailed} />}
      {checkJob && (
        <>
          <Group justify="space-between">
            <div>
              <Title order={2}>{isFinished(checkJob) ? words.checked : words.checking}</Title>
              {found && (
                <Text size="sm" c="dimmed">
                  {file ? `${file.name}. ` : ''}
                  {words.checkedHint}
                </Text>
              )}
            </div>
            <Button variant="default" onClick={again}>
              {words.chooseOther}
            </Button>
          </Group>
          {!found && <JobPanel job={checkJob} failedTitle={words.checkFailed} />}
          {!found && checkJob.state === 'failed' && mapping}
        </>
      )}
      {checkJob && found && (
        <>
          <ImportSummary result={found} />
          {acceptable === 0 ? (
            <Alert color="yellow">{words.nothingNew}</Alert>
          ) : file ? (
            <Paper withBorder p="md">
              <Stack gap="sm" align="flex-start">
                {found.rejected > 0 && (
                  <Radio.Group
                    label={words.mode}
                    value={mode}
                    onChange={(value) => setMode(value as ImportOptions['mode'])}
                  >
                    <Stack gap="xs" mt={6}>
                      <Radio value="all-or-nothing" label={words.allOrNothing} description={words.allOrNothingHint} />
                      <Radio value="good-rows" label={words.goodRows} description={words.goodRowsHint} />
                    </Stack>
                  </Radio.Group>
                )}
                {blocked && (
                  <Text size="sm" c="var(--attention)" role="status">
                    {words.blocked(found.rejected)}
                  </Text>
                )}
                <Button
                  size="sm"
                  disabled={blocked}
                  loading={start.isPending}
                  onClick={() =>
                    start.mutate({
                      chosen: file,
                      options: {
                        dryRun: false,
                        mode,
                        checkAddress,
                        ...ofMixUps,
                        ...ofBlocks(blocks),
                        ...ofFirmware,
                        ...how,
                      },
                    })
                  }
                >
                  {words.start(acceptable)}
                </Button>
              </Stack>
            </Paper>
          ) : (
            <Stack gap="xs">
              <Text size="sm">{words.fileGone}</Text>
              {drop}
            </Stack>
          )}
          <ImportProblems jobId={checkJob.id} result={found} />
          {mapping}
        </>
      )}
    </Stack>
  );
}

/** What the file looks like, also when the check failed over its columns. */
function glimpseOf(job: Job | undefined): ImportGlimpse | null {
  const parsed = importGlimpse.safeParse({ sample: [], ...job?.result });
  return parsed.success ? parsed.data : null;
}

/** Stands for a job that the address names until it is there, or says that it is not. */
function AwaitedJob({ jobId, onGiveUp }: { jobId: number; onGiveUp: () => void }) {
  const job = useOperation('getJob', { params: { jobId } });
  if (!job.isError) return <Skeleton height={160} />;
  return (
    <Stack align="flex-start">
      <ErrorState error={job.error} onRetry={() => void job.refetch()} />
      <Button variant="default" onClick={onGiveUp}>
        {words.another}
      </Button>
    </Stack>
  );
}

/** A job of the import under way, or why it failed. */
function JobPanel({ job, failedTitle }: { job: Job; failedTitle: string }) {
  if (job.state === 'failed')
    return (
      <Alert color="red" variant="light" title={failedTitle} role="alert">
        {job.error?.message}
      </Alert>
    );
  return (
    <Paper withBorder p="md">
      <JobProgress jobId={job.id} initial={job} />
      {!isFinished(job) && (
        <Text size="xs" c="dimmed" mt="xs">
          {words.leave}
        </Text>
      )}
    </Paper>
  );
}

/** The result of a finished import; null while it runs, or when it failed before it had one. */
function resultOf(job: Job | undefined) {
  if (!job?.result) return null;
  const parsed = importResult.safeParse(job.result);
  return parsed.success ? parsed.data : null;
}
