import { Progress, Stack, Text } from '@mantine/core';
import { audit as words } from '../../strings/audit.ts';
import type { Walked } from './use-verification.ts';

/** How far the check of a long chain has come. */
export function Walking({ walking: { entries, left } }: { walking: Walked }) {
  const text = words.verifying(entries, entries + left);
  return (
    <Stack gap={4} flex="none" role="status">
      <Text size="sm">{text}</Text>
      <Progress value={(100 * entries) / (entries + left)} aria-label={text} />
    </Stack>
  );
}
