import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiError } from '../../src-shared/contract/api-client.ts';
import { useWorkstation } from '../api/workstation.ts';
import { common } from '../strings/common.ts';
import { NeedsConnection } from './NeedsConnection.tsx';

/** The sentence to show for whatever was thrown: the API's own, or that it can't be reached. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return error.problem.detail;
  if (error instanceof TypeError) return common.unreachable;
  return error instanceof Error ? error.message : String(error);
}

interface Props {
  error: unknown;
  title?: string;
  onRetry?: () => void;
}

/**
 * A failure where its content would have been: what the API says, its references if any, and a way to try again. While
 * the central database is known to be away, what it alone can answer is no failure and is said calmly.
 */
export function ErrorState({ error, title = common.failed, onRetry }: Props) {
  const problem = error instanceof ApiError ? error.problem : null;
  const away = useWorkstation().data?.link === 'offline';
  if (away && problem?.type === '/problems/unavailable') return <NeedsConnection />;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert" maw={640}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{sentenceOf(error)}</Text>
        {problem?.references && problem.references.length > 0 && (
          <Text size="sm" component="div">
            {common.references}:
            <ul style={{ margin: '4px 0', paddingLeft: 20 }}>
              {problem.references.map((reference) => (
                <li key={`${reference.type}-${reference.id}`}>
                  {reference.name} ({reference.type})
                </li>
              ))}
            </ul>
          </Text>
        )}
        <Group gap="sm">
          {onRetry && (
            <Button variant="default" onClick={onRetry}>
              {common.retry}
            </Button>
          )}
          {problem?.requestId && problem.status >= 500 && (
            <Text size="xs" c="dimmed">
              {common.requestId(problem.requestId)}
            </Text>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
