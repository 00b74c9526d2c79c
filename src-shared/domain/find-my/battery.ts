export const batteryLevels = ['full', 'medium', 'low', 'very-low'] as const;
export type BatteryLevel = (typeof batteryLevels)[number];

/** How a firmware reports its battery level in the status byte (docs/find-my.md#status-byte). */
export interface StatusByteProfile {
  /** The bits that are all set when the firmware reports its battery. */
  reportedMask: number;
  /** How many bits the level is shifted by. */
  levelShift: number;
  /** The level for each value of its two bits. */
  levels: readonly [BatteryLevel, BatteryLevel, BatteryLevel, BatteryLevel];
}

/** Open firmware: bit 5 says that the battery is reported, bits 7 and 6 give the level. */
const openFirmware: StatusByteProfile = { reportedMask: 0x20, levelShift: 6, levels: batteryLevels };

/** The battery level in a status byte; null when it has none, as a byte of zero never has. */
export function batteryOf(statusByte: number, profile: StatusByteProfile = openFirmware): BatteryLevel | null {
  if (statusByte === 0 || (statusByte & profile.reportedMask) !== profile.reportedMask) return null;
  return profile.levels[(statusByte >> profile.levelShift) & 3]!;
}

/** The status byte that a firmware with this profile sends for a level. */
export function statusByteOf(level: BatteryLevel, profile: StatusByteProfile = openFirmware): number {
  return profile.reportedMask | (profile.levels.indexOf(level) << profile.levelShift);
}
