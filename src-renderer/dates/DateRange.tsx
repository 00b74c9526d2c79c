import { ActionIcon, Group, Menu, Tooltip } from '@mantine/core';
import { IconCalendarStats } from '@tabler/icons-react';
import { dayIn } from '../../src-shared/domain/days.ts';
import { dates as words } from '../strings/dates.ts';
import { DateField } from './DateField.tsx';
import { ownZone } from './format.ts';
import { type DayRange, daysOf, presets } from './presets.ts';

interface Props {
  value: DayRange;
  onChange: (range: DayRange) => void;
  /** Where the days are counted; decides what today is. */
  zone?: string;
  /** The dates of the run that the figures are about. */
  run?: DayRange | null;
  /** Both days are needed: no preset for all days, and none is cleared. */
  required?: boolean;
  labels?: { from: string; to: string };
}

/** From a day until a day, both included, typed, chosen or by a preset. */
export function DateRange({ value, onChange, zone = ownZone, run = null, required = false, labels = words }: Props) {
  const { from, to } = value;
  const isReversed = from !== null && to !== null && to < from;
  const offered = presets.filter((preset) => (preset === 'run' ? run !== null : preset !== 'always' || !required));
  return (
    <Group gap={6} align="flex-start" wrap="nowrap">
      <DateField
        label={labels.from}
        w={150}
        clearable={!required}
        required={required}
        value={from}
        onChange={(day) => onChange({ from: day, to })}
      />
      <DateField
        label={labels.to}
        w={150}
        clearable={!required}
        required={required}
        value={to}
        error={isReversed && words.wrongOrder}
        onChange={(day) => onChange({ from, to: day })}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={words.presets}>
            <ActionIcon variant="default" size={30} mt={20} aria-label={words.presets}>
              <IconCalendarStats size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {offered.map((preset) => (
            <Menu.Item key={preset} onClick={() => onChange(daysOf(preset, dayIn(zone, new Date()), run))}>
              {words.preset[preset]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
