import { Group, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCloudUp, IconDatabaseOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useCan } from '../api/session.ts';
import { useWorkstation } from '../api/workstation.ts';
import { offline as words } from '../strings/offline.ts';

/** What waits on this workstation to be sent, how old it is, and what a person has to settle: always in sight. */
export function OutboxIndicator() {
  const allowed = useCan('listOutboxEntries');
  const { data } = useWorkstation();
  if (!data) return null;
  const { waiting, oldestSeconds } = data.outbox;
  const conflicts = data.differences.toSettle;
  const away = data.link !== 'online';
  if (!allowed && !away) return null;
  const Icon = conflicts > 0 ? IconAlertTriangle : away ? IconDatabaseOff : IconCloudUp;
  const strong = away || waiting > 0 || conflicts > 0;
  const color = strong ? 'var(--attention)' : 'var(--mantine-color-dimmed)';
  const shown =
    [
      ...(away ? [words.links[data.link]] : []),
      ...(waiting > 0 ? [words.waiting(waiting), words.age(oldestSeconds ?? 0)] : []),
      ...(conflicts > 0 ? [words.conflicts(conflicts)] : []),
    ].join(' · ') || '0';
  const content = (
    <Group gap={5} px={6} wrap="nowrap" data-testid="outbox">
      <Icon size={17} color={color} aria-hidden />
      <Text size="xs" c={color} fw={strong ? 600 : 400} component="span" style={{ whiteSpace: 'nowrap' }}>
        {shown}
      </Text>
    </Group>
  );
  return (
    <Tooltip label={words.indicator(waiting, conflicts)}>
      {allowed ? (
        <UnstyledButton
          component={Link}
          to="/offline"
          aria-label={`${shown}. ${words.links[data.link]}: ${words.indicator(waiting, conflicts)}`}
        >
          {content}
        </UnstyledButton>
      ) : (
        content
      )}
    </Tooltip>
  );
}
