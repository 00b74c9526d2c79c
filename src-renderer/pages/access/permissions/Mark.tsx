import { Text } from '@mantine/core';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import { permissions as words } from '../../../strings/permissions.ts';
import type { Extent } from './tasks.ts';

const middle = { verticalAlign: 'middle' };

/** Whether a role may do something. */
export function Mark({ extent }: { extent: Extent }) {
  if (extent === 'some')
    return (
      <Text span size="xs">
        {words.some}
      </Text>
    );
  return extent === 'all' ? (
    <IconCheck size={16} style={middle} color="var(--mantine-color-teal-text)" role="img" aria-label={words.yes} />
  ) : (
    <IconMinus size={14} style={middle} color="var(--mantine-color-dimmed)" role="img" aria-label={words.no} />
  );
}
