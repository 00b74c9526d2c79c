import type { Correction } from '../../../src-shared/contract/tracker-correction.ts';
import { normaliseMac } from '../../../src-shared/domain/mac-address.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { invalid } from '../platform/db/conflicts.ts';
import type { Transaction } from '../platform/db/queryable.ts';
import { AppError, notFound } from '../platform/errors.ts';
import { type LabelledTracker, labelOf, ownerOf, saveLabel } from './corrections-store.ts';

export interface AskedCorrection {
  macAddress?: string | undefined;
  serialNumber?: string | null | undefined;
}

/** What a factory's software writes when no address was read. */
const noAddresses = ['00:00:00:00:00:00', 'FF:FF:FF:FF:FF:FF'];

/** A MAC address as a person writes it. Throws AppError `validation-failed`. */
export function readMacAddress(text: string): string {
  const mac = normaliseMac(text);
  if (mac === null || noAddresses.includes(mac))
    throw invalid('macAddress', 'This is not the MAC address of a device: twelve hexadecimal digits.');
  return mac;
}

/** Throws AppError `conflict`, with the field, for a label that another tracker has. */
export async function refuseTaken(
  tx: Transaction,
  label: { macAddress?: string | null; serialNumber?: string | null },
  ownId: number | null,
): Promise<void> {
  const { ofMac, ofSerial } = await ownerOf(tx, label);
  const taken = (path: string, what: string, id: number) =>
    new AppError('conflict', `Tracker ${id} has this ${what}. Nothing was changed.`, {
      fields: [{ path, message: `Tracker ${id} has this ${what}.` }],
    });
  if (ofMac !== null && ofMac !== ownId) throw taken('macAddress', 'MAC address', ofMac);
  if (ofSerial !== null && ofSerial !== ownId) throw taken('serialNumber', 'serial number', ofSerial);
}

async function judged(tx: Transaction, tracker: LabelledTracker, asked: AskedCorrection) {
  const macAddress = asked.macAddress === undefined ? tracker.macAddress : readMacAddress(asked.macAddress);
  const serialNumber = asked.serialNumber === undefined ? tracker.serialNumber : asked.serialNumber;
  if (tracker.macAddress === null && macAddress !== null)
    throw invalid(
      'macAddress',
      'It has no MAC address yet, so there is nothing to correct. Import the manufacturer’s file.',
    );
  await refuseTaken(tx, { macAddress, serialNumber }, tracker.id);
  const isOther = macAddress !== tracker.macAddress;
  const correction: Correction = {
    macAddress: isOther ? { from: tracker.macAddress, to: macAddress } : null,
    serialNumber: serialNumber === tracker.serialNumber ? null : { from: tracker.serialNumber, to: serialNumber },
    fitsItsKeys: isOther && macAddress !== null ? tracker.broadcastAddresses.includes(macAddress) : null,
    customerOrder: tracker.orderId === null ? null : { id: tracker.orderId, number: orderNumber(tracker.orderId) },
  };
  return { correction, macAddress, serialNumber };
}

/** What a correction would change. Throws as the correction would. */
export async function previewCorrection(tx: Transaction, trackerId: number, asked: AskedCorrection) {
  const tracker = await labelOf(tx, trackerId, false);
  if (!tracker) throw notFound('tracker', trackerId);
  return (await judged(tx, tracker, asked)).correction;
}

/**
 * Corrects MAC address or serial number, and nothing else. Throws AppError `not-found`; `validation-failed` for what is
 * no address; `conflict` where another tracker has it.
 */
export async function correctLabel(
  tx: Transaction,
  trackerId: number,
  asked: AskedCorrection,
  now: Date,
): Promise<Correction> {
  const tracker = await labelOf(tx, trackerId, true);
  if (!tracker) throw notFound('tracker', trackerId);
  const { correction, macAddress, serialNumber } = await judged(tx, tracker, asked);
  const formerMac = correction.macAddress ? tracker.macAddress : null;
  if (correction.macAddress || correction.serialNumber)
    await saveLabel(tx, trackerId, { macAddress, serialNumber, formerMac }, now);
  return correction;
}
