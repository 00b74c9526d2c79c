import { Button, Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { DateTimeField } from '../../../dates/DateTimeField.tsx';
import { formatInstant, ownZone } from '../../../dates/format.ts';
import { alerts as words } from '../../../strings/alerts.ts';
import { common } from '../../../strings/common.ts';
import { snoozeEnd, snoozes } from './snooze-times.ts';

interface Props {
  count: number;
  /** Some of them are snoozed now, and can be woken. */
  asleep: boolean;
  onClose: () => void;
  onSnooze: (until: string | null) => void;
}

/** Until when nobody has to look: a usual time by one key, or any other. */
export function SnoozeModal({ count, asleep, onClose, onSnooze }: Props) {
  const [now] = useState(() => new Date());
  const [until, setUntil] = useState<string | null>(null);
  const choices = snoozes.map((snooze) => ({ snooze, end: snoozeEnd(snooze, ownZone, now).toISOString() }));
  // Also what is typed before the dialog has the focus.
  const latest = useRef(onSnooze);
  latest.current = onSnooze;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLElement && event.target.closest('input:not([type=checkbox])')) return;
      const snooze = snoozes[Number(event.key) - 1];
      if (snooze) latest.current(snoozeEnd(snooze, ownZone, now).toISOString());
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [now]);
  return (
    <Modal opened onClose={onClose} title={words.snoozeTitle(count)} returnFocus={false}>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {words.snoozeHint}
        </Text>
        {choices.map(({ snooze, end }, n) => (
          <Button
            key={snooze}
            variant="default"
            justify="space-between"
            data-autofocus={n === 0 || undefined}
            rightSection={<Kbd size="xs">{n + 1}</Kbd>}
            onClick={() => onSnooze(end)}
          >
            {words.snoozes[snooze](formatInstant(end))}
          </Button>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (until) onSnooze(until);
          }}
        >
          <DateTimeField label={words.snoozeUntil} value={until} onChange={setUntil} min={now.toISOString()} />
          <Group justify="flex-end" mt="sm">
            {asleep && (
              <Button variant="default" onClick={() => onSnooze(null)}>
                {words.wake}
              </Button>
            )}
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" disabled={!until}>
              {words.snooze}
            </Button>
          </Group>
        </form>
      </Stack>
    </Modal>
  );
}
