import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { urlOf } from '../../../src-shared/contract/api-client.ts';
import type { ImportResult } from '../../../src-shared/contract/jobs.ts';
import { download } from '../../api/download.ts';
import { count } from '../../strings/format.ts';
import { importing as words } from '../../strings/importing.ts';
import { Stat } from '../Stat.tsx';
import classes from './Import.module.css';
import { ProblemTable } from './ProblemTable.tsx';

/** What an import found or did: figures, and what it read. */
export function ImportSummary({ result }: { result: ImportResult }) {
  const columns = Object.entries(result.columns);
  return (
    <Stack gap="sm">
      <div className={classes.figures}>
        <Stat label={words.rows} value={count(result.rows)} />
        <Stat
          label={result.dryRun ? words.accepted : words.stored}
          value={count(result.dryRun ? result.accepted : result.stored)}
        />
        <Stat label={words.already} value={count(result.alreadyImported)} hint={words.alreadyHint} />
        <Stat label={words.rejected} value={count(result.rejected)} attention={result.rejected > 0} />
      </div>
      <Group gap="sm" align="baseline">
        <Text size="sm" fw={600}>
          {words.columns}
        </Text>
        {columns.length === 0 ? (
          <Text size="sm" c="dimmed">
            {words.noColumns}
          </Text>
        ) : (
          <ul className={classes.columns}>
            {columns.map(([field, column]) => (
              <li key={field}>
                <strong>{words.fields[field] ?? field}</strong> {words.columnOf(column, result.positions[field])}
              </li>
            ))}
          </ul>
        )}
        {result.sheets && (
          <Text size="sm" c="dimmed">
            {words.readFrom(result.sheets.read)}
          </Text>
        )}
        {(result.headerRow ?? 1) > 1 && (
          <Text size="sm" c="dimmed">
            {words.readFromRow(result.headerRow ?? 1)}
          </Text>
        )}
      </Group>
      {result.notes.length > 0 && (
        <Alert variant="light" title={words.notes}>
          {result.notes.map(({ row, message }) => (
            <Text key={`${row} ${message}`} size="sm">
              {words.note(row, message)}
            </Text>
          ))}
        </Alert>
      )}
    </Stack>
  );
}

/** Each rejected row with its reason, and the file of them. */
export function ImportProblems({ jobId, result }: { jobId: number; result: ImportResult }) {
  if (result.problems.length === 0) return null;
  return (
    <Stack gap={6}>
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={3}>{words.problems}</Title>
          <Text size="sm" c="dimmed">
            {words.problemsHint(result.problems.length, result.rejected)}
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() =>
            void download(
              urlOf('getRejectedRows', { params: { jobId } }),
              `rejected-rows-${jobId}.${result.format.kind}`,
            )
          }
        >
          {words.rejectedFile}
        </Button>
      </Group>
      <ProblemTable problems={result.problems} />
    </Stack>
  );
}
