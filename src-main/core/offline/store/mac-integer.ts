/** A MAC as the 48-bit number that it is: the key of the device table. */
export const macToInteger = (mac: string): number => Number.parseInt(mac.replaceAll(':', ''), 16);

/** The same as `AA:BB:CC:DD:EE:FF`. */
export const integerToMac = (value: number): string =>
  value.toString(16).toUpperCase().padStart(12, '0').match(/../g)!.join(':');
