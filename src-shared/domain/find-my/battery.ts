export const batteryLevels = ['full', 'medium', 'low', 'very-low'] as const;
export type BatteryLevel = (typeof batteryLevels)[number];

/**
 * How a firmware uses the status byte (docs/find-my.md#status-byte). `flagged`: bit 5 says that the battery is reported,
 * bits 7 and 6 give the level, as open firmware does it. `pix`: the same two bits without the flag, and zero says
 * nothing, as heystack-nrf5x does it. `voltage`: tenths of a volt, as Everytag does it.
 */
export const firmwares = ['flagged', 'pix', 'voltage'] as const;
export type Firmware = (typeof firmwares)[number];

const FLAG = 0x20;
/** A lithium coin cell: no other voltage is one of a device that still sends. */
const LEAST_TENTHS = 15;
const MOST_TENTHS = 45;
/** What a status byte says of the battery: a level, or the voltage as in `3.2`, of which no level is made. */
export type Battery = BatteryLevel | `${number}.${number}`;

/** A level, or else volts; both null where nothing is said. */
export function readBattery(battery: Battery | null): {
  batteryLevel: BatteryLevel | null;
  batteryVolts: number | null;
} {
  const batteryLevel = batteryLevels.find((level) => level === battery) ?? null;
  return { batteryLevel, batteryVolts: battery === null || batteryLevel ? null : Number(battery) };
}

/**
 * What a status byte says of the battery, as this firmware sends it. Null when it says nothing, and where the firmware isn't
 * known: by another's table a low battery could look full. `battery_of` of the migrations says the same.
 */
export function batteryOf(statusByte: number, firmware: Firmware | null): Battery | null {
  const bits = (statusByte >> 6) & 3;
  switch (firmware) {
    case null:
      return null;
    case 'flagged':
      return (statusByte & FLAG) === FLAG ? batteryLevels[bits]! : null;
    case 'pix':
      return bits === 0 ? null : batteryLevels[bits]!;
    case 'voltage':
      return statusByte >= LEAST_TENTHS && statusByte <= MOST_TENTHS
        ? `${Math.floor(statusByte / 10)}.${statusByte % 10}`
        : null;
  }
}

/** The status byte that open firmware sends for a level. */
export function statusByteOf(level: BatteryLevel): number {
  return FLAG | (batteryLevels.indexOf(level) << 6);
}
