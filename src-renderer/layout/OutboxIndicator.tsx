import { Group, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCloudUp, IconDatabaseOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useCan } from '../api/session.ts';
import { useWorkstation } from '../api/workstation.ts';
import { offline as words } from '../strings/offline.ts';
import classes from './Header.module.css';

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
  const parts = [
    { text: words.links[data.link], isWordy: true, isShown: away },
    { text: words.waiting(waiting), isWordy: false, isShown: waiting > 0 },
    { text: words.age(oldestSeconds ?? 0), isWordy: true, isShown: waiting > 0 },
    { text: words.conflicts(conflicts), isWordy: false, isShown: conflicts > 0 },
    { text: '0', isWordy: true, isShown: !strong },
  ].filter(({ isShown }) => isShown);
  const shown = parts.map(({ text }) => text).join(' · ');
  const content = (
    <Group gap={5} px={6} wrap="nowrap" data-testid="outbox">
      <Icon size={17} color={color} aria-hidden />
      <Text size="xs" c={color} fw={strong ? 600 : 400} component="span" style={{ whiteSpace: 'nowrap' }}>
        {parts.map(({ text, isWordy }, n) => (
          <span key={text} className={isWordy ? classes.wordy : undefined}>
            {n > 0 && (
              <span className={parts.slice(0, n).every((one) => one.isWordy) ? classes.wordy : undefined}> · </span>
            )}
            {text}
          </span>
        ))}
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
