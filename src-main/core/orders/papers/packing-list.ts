import { stringify } from 'csv-stringify/sync';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import type { ReturnReason } from '../../../../src-shared/contract/trackers.ts';
import { neutraliseCell } from '../../platform/files/csv-cell.ts';

/** A device on a packing list, in the order it was scanned. */
export interface PackedDevice {
  allocationId: number;
  macAddress: string;
  serialNumber: string | null;
  allocatedBy: string;
  allocatedAt: Date;
  goodsReference: string | null;
  /** Why it was returned; null while it is in the order. */
  returnReason: ReturnReason | null;
}

const columns = [
  'order',
  'client',
  'brand',
  'production_run',
  'position',
  'mac_address',
  'serial_number',
  'goods_reference',
  'scanned_at',
  'scanned_by',
  'returned',
];
const PAGE = 1000;

/**
 * The devices of an order as CSV, read a page at a time while the receiver takes it, so that an order of any size needs
 * little memory and no long transaction. `readPage` gives up to `limit` devices above an allocation id.
 */
export function packingList(
  order: CustomerOrder,
  readPage: (afterId: number, limit: number) => Promise<PackedDevice[]>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const about = [order.number, order.client.name, order.brand?.name ?? '', order.productionRun?.name ?? ''];
  const csv = (rows: unknown[][]) =>
    encoder.encode(stringify(rows, { record_delimiter: 'windows', cast: { string: neutraliseCell } }));
  let afterId = 0;
  let position = 0;
  return new ReadableStream({
    start: (controller) => controller.enqueue(csv([columns])),
    async pull(controller) {
      const devices = await readPage(afterId, PAGE);
      if (devices.length > 0) {
        controller.enqueue(
          csv(
            devices.map((device) => [
              ...about,
              ++position,
              device.macAddress,
              device.serialNumber ?? '',
              device.goodsReference ?? '',
              device.allocatedAt.toISOString(),
              device.allocatedBy,
              device.returnReason ?? '',
            ]),
          ),
        );
        afterId = devices.at(-1)!.allocationId;
      }
      if (devices.length < PAGE) controller.close();
    },
  });
}
