import { Button, CloseButton, Group, Popover, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendarEvent } from '@tabler/icons-react';
import { dates as words } from '../strings/dates.ts';
import { DateRange } from './DateRange.tsx';
import { formatDay, ownZone, zoneName } from './format.ts';
import type { DayRange } from './presets.ts';

interface Props {
  /** What lies within the days. */
  label: string;
  value: DayRange;
  onChange: (range: DayRange) => void;
}

/** A filter of a list by days, the person's own: one button, which says the days and opens their fields and presets. */
export function DateRangeFilter({ label, value, onChange }: Props) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { from, to } = value;
  const isSet = from !== null || to !== null;
  const text = isSet ? words.within(label, from && formatDay(from), to && formatDay(to)) : label;
  return (
    <Group gap={0} wrap="nowrap">
      <Popover opened={opened} onDismiss={close} position="bottom-start" shadow="md" trapFocus returnFocus withinPortal>
        <Popover.Target>
          <Button
            variant={isSet ? 'light' : 'default'}
            fw={400}
            leftSection={<IconCalendarEvent size={15} aria-hidden />}
            onClick={toggle}
          >
            {text}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={label}>
          <DateRange value={value} onChange={onChange} />
          <Text size="xs" c="dimmed" mt={6}>
            {words.daysOf.own(zoneName(ownZone))}
          </Text>
        </Popover.Dropdown>
      </Popover>
      {isSet && <CloseButton aria-label={words.clear(label)} onClick={() => onChange({ from: null, to: null })} />}
    </Group>
  );
}
