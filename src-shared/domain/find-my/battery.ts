export const batteryLevels = ['full', 'medium', 'low', 'very-low'] as const;
export type BatteryLevel = (typeof batteryLevels)[number];

/** How a firmware tells its battery in the status byte. */
export interface StatusByteProfile {
  /** Bits that are all set when the firmware reports its battery at all. */
  reportedMask: number;
  /** Number of bits that the level is shifted by. */
  levelShift: number;
  /** Level by its two bits. */
  levels: readonly [BatteryLevel, BatteryLevel, BatteryLevel, BatteryLevel];
}

/** Open firmware: bit 5 says that the battery is reported, bits 7 and 6 give the level. */
export const openFirmware: StatusByteProfile = { reportedMask: 0x20, levelShift: 6, levels: batteryLevels };

/** The battery level that a status byte tells, or null when it says nothing (zero always says nothing). */
export function batteryOf(statusByte: number, profile: StatusByteProfile = openFirmware): BatteryLevel | null {
  if (statusByte === 0 || (statusByte & profile.reportedMask) !== profile.reportedMask) return null;
  return profile.levels[(statusByte >> profile.levelShift) & 3]!;
}

/** The status byte that a firmware of the profile sends for a level. */
export function statusByteOf(level: BatteryLevel, profile: StatusByteProfile = openFirmware): number {
  return profile.reportedMask | (profile.levels.indexOf(level) << profile.levelShift);
}
