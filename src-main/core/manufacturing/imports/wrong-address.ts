import { type ExportProfile, ofLabel } from '../../../../src-shared/contract/export-profile.ts';
import { reverseMac } from '../../../../src-shared/domain/mac-address.ts';

/**
 * Why an address that came back can't be that of a device with these keys, as the code and sentence of a problem; null
 * where it can. `addresses` are those that its keys are broadcast under, in their order. A firmware of the factory's own
 * address is known from nothing here, so that one is refused only where `checkAddress` says so.
 */
export function wrongAddress(
  mac: string,
  addresses: readonly string[],
  { labelKey, checkAddress }: { labelKey: ExportProfile['labelKey']; checkAddress: boolean },
): [code: string, message: string] | null {
  const expected = ofLabel(addresses, labelKey);
  const at = addresses.indexOf(mac);
  if (at >= 0) {
    if (labelKey === 'any' || mac === expected) return null;
    const whose = `This is the address of key ${at + 1} of the ${addresses.length} of this device.`;
    return [
      'other-key',
      `${whose} By the manufacturer’s profile the label has that of the ${labelKey} key, ${expected}.`,
    ];
  }
  const reversed = reverseMac(mac);
  // A reversed address is a slip of the factory, whatever firmware it is.
  if (addresses.includes(reversed))
    return ['reversed-mac', `The bytes are in reverse order. The key broadcasts as ${reversed}.`];
  if (!checkAddress) return null;
  return ['address-mismatch', `The key’s firmware broadcasts as ${expected}; the rows may be mixed up.`];
}
