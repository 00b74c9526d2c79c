import { IconBattery1, IconBattery2, IconBattery4, IconBatteryExclamation } from '@tabler/icons-react';
import type { batteryLevels } from '../../src-shared/contract/trackers.ts';
import { batteryNames } from '../strings/common.ts';
import { voltage } from '../strings/format.ts';

type Level = (typeof batteryLevels)[number];
const icons = {
  full: IconBattery4,
  medium: IconBattery2,
  low: IconBattery1,
  'very-low': IconBatteryExclamation,
};

interface Said {
  batteryLevel: Level | null;
  batteryVolts: number | null;
}
export const batteryIn = (report: Said) => ({ level: report.batteryLevel, volts: report.batteryVolts });
export const hasBattery = (report: Said) => report.batteryLevel !== null || report.batteryVolts !== null;

/** What a report said of the battery: a level as icon and word, or the voltage. */
export function Battery({ level, volts }: { level: Level | null; volts: number | null }) {
  if (volts !== null) return <>{voltage(volts)}</>;
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
