import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { type ExportProfile, exportProfileSchema } from '../../../../src-shared/contract/export-profile.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { keyBatches } from '../../../strings/key-batches.ts';
import { manufacturers } from '../../../strings/manufacturers.ts';
import classes from './ExportPreview.module.css';

const { export: words } = keyBatches;

/** How a file by this profile begins: with keys of the batch, or with examples. */
export function ExportPreview({ profile, keyBatchId }: { profile: ExportProfile; keyBatchId: number | null }) {
  const valid = exportProfileSchema.safeParse(profile).success;
  const preview = useOperation(
    'previewExport',
    { body: { profile, keyBatchId } },
    { enabled: valid, staleTime: 60_000 },
  );
  const { data } = preview;
  return (
    <Stack gap={6} className={classes.root ?? ''} component="section" aria-label={words.preview}>
      <Title order={3}>{data && data.files.length > 0 ? words.previewFiles : words.preview}</Title>
      {!valid && (
        <Text size="sm" c="dimmed">
          {manufacturers.profile.previewInvalid}
        </Text>
      )}
      {preview.isError && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />}
      {valid && preview.isPending && <Skeleton height={140} />}
      {valid && data && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre className={classes.text} tabIndex={0}>
            {data.lines.join('\n')}
            {data.files.map(({ name, size, hex }) => `${name}  (${words.bytes(size)})\n  ${hex}…\n`).join('')}
          </pre>
          {data.example && (
            <Text size="xs" c="dimmed">
              {manufacturers.profile.previewExample}
            </Text>
          )}
        </>
      )}
    </Stack>
  );
}
