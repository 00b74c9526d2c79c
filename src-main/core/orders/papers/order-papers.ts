import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { type LabelsQuery, MAX_PAPER_DEVICES } from '../../../../src-shared/contract/order-papers.ts';
import { boxesOf, boxLabel, deviceLabel, type Mark } from '../../../../src-shared/domain/labels/layout.ts';
import { labelSizeOf } from '../../../../src-shared/domain/labels/sizes.ts';
import { AppError } from '../../platform/errors.ts';
import type { PackedDevice } from './packing-list.ts';

type ReadPage = (afterId: number, limit: number) => Promise<PackedDevice[]>;
const PAGE = 1000;

/**
 * Every device of the order, in the sequence of scanning. AppError `conflict` when there is none, or too many for
 * paper.
 */
export async function devicesForPaper(
  order: Pick<CustomerOrder, 'number' | 'allocatedCount'>,
  readPage: ReadPage,
): Promise<PackedDevice[]> {
  if (order.allocatedCount > MAX_PAPER_DEVICES) {
    throw new AppError(
      'conflict',
      `${order.number} has more than ${MAX_PAPER_DEVICES} devices, too many for paper. Take the packing list as CSV.`,
    );
  }
  const devices: PackedDevice[] = [];
  for (let page: PackedDevice[]; ; ) {
    page = await readPage(devices.at(-1)?.allocationId ?? 0, PAGE);
    devices.push(...page);
    if (page.length < PAGE) break;
  }
  if (devices.length === 0)
    throw new AppError('conflict', `There is no device in ${order.number} yet. Scan some first.`);
  return devices;
}

/**
 * The labels that were asked for, each as the marks to be drawn. AppError `conflict` when the part begins beyond the
 * last one.
 */
export function orderLabels(order: CustomerOrder, devices: readonly PackedDevice[], query: LabelsQuery): Mark[][] {
  const size = labelSizeOf(query.size, query);
  const labels = query.kind === 'device' ? deviceLabels() : boxLabels(query.devicesPerBox);
  const wanted = labels.slice(query.from - 1, query.from - 1 + query.count);
  if (wanted.length === 0)
    throw new AppError(
      'conflict',
      `There are ${labels.length} labels. Begin with one of them, not with ${query.from}.`,
    );
  return wanted.map((draw) => draw());

  function deviceLabels() {
    return devices.map(
      ({ macAddress, serialNumber, goodsReference }) =>
        () =>
          deviceLabel(size, query.code, { macAddress, serialNumber, goodsReference, orderNumber: order.number }),
    );
  }

  function boxLabels(perBox: number) {
    const about = {
      orderNumber: order.number,
      client: order.client.name,
      brand: order.brand?.name ?? null,
      productionRun: order.productionRun?.name ?? null,
    };
    const macs = devices.map((device) => device.macAddress);
    return boxesOf(about, macs, perBox).map((box) => () => boxLabel(size, query.code, box));
  }
}
