import { IconBattery1, IconBattery2, IconBattery4, IconBatteryExclamation } from '@tabler/icons-react';
import type { batteryLevels } from '../../src-shared/contract/trackers.ts';
import { batteryNames } from '../strings/common.ts';

type Level = (typeof batteryLevels)[number];
const icons = {
  full: IconBattery4,
  medium: IconBattery2,
  low: IconBattery1,
  'very-low': IconBatteryExclamation,
};

/** The battery level that a report carried, as icon and word. */
export function Battery({ level }: { level: Level | null }) {
  if (!level) return null;
  const Icon = icons[level];
  const color = level === 'very-low' ? 'var(--attention)' : 'inherit';
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', verticalAlign: 'middle', gap: 4, color }}>
      <Icon size={16} stroke={1.6} aria-hidden />
      {batteryNames[level]}
    </span>
  );
}
