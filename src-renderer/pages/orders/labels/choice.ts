import type { Allocation, CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { boxesOf, boxLabel, deviceLabel, type Mark } from '../../../../src-shared/domain/labels/layout.ts';
import {
  type BoxLabelSize,
  boxLabelSizes,
  type DeviceLabelSize,
  deviceLabelSizes,
  type LabelCode,
  type LabelSize,
  labelSizeOf,
  type OwnLabelSize,
} from '../../../../src-shared/domain/labels/sizes.ts';

/** What a person chose to print; kept on this workstation, since a label printer stays the same. */
export interface LabelChoice {
  kind: 'device' | 'box';
  code: LabelCode;
  deviceSize: DeviceLabelSize;
  boxSize: BoxLabelSize;
  devicesPerBox: number;
  /** A label of one's own, by kind; null for one of the common ones. */
  own?: Partial<Record<LabelChoice['kind'], OwnLabelSize | null>>;
}

export const firstChoice: LabelChoice = {
  kind: 'device',
  code: 'code128',
  deviceSize: '50x25',
  boxSize: '100x150',
  devicesPerBox: 50,
};

export const sizeOf = (choice: LabelChoice): DeviceLabelSize | BoxLabelSize =>
  choice.kind === 'device' ? choice.deviceSize : choice.boxSize;

/** The label of the choice, one's own or a common one. */
export const labelOf = (choice: LabelChoice): LabelSize => labelSizeOf(sizeOf(choice), choice.own?.[choice.kind] ?? {});

/** What a label of one's own begins as: the one that was chosen last. */
export const ownFrom = (choice: LabelChoice): OwnLabelSize => {
  const { widthMm, heightMm } = labelOf(choice);
  return { widthMm, heightMm, marginMm: choice.kind === 'device' ? 2.5 : 6 };
};

export const sizesOf = (kind: LabelChoice['kind']): (DeviceLabelSize | BoxLabelSize)[] =>
  Object.keys(kind === 'device' ? deviceLabelSizes : boxLabelSizes) as (DeviceLabelSize | BoxLabelSize)[];

/** As many labels as the screen prints at once; the PDF takes more. */
export const MOST_ON_SCREEN = 500;

/** The labels of the choice, from the given number (from 1). */
export function labelsOf(
  order: CustomerOrder,
  devices: readonly Allocation[],
  choice: LabelChoice,
  part: { from: number; count: number },
): { marks: Mark[][]; all: number } {
  const size = labelOf(choice);
  const { code } = choice;
  const slice = <T>(list: readonly T[]) => list.slice(part.from - 1, part.from - 1 + part.count);
  if (choice.kind === 'device') {
    const marks = slice(devices).map(({ macAddress, serialNumber, goodsReference }) =>
      deviceLabel(size, code, { macAddress, serialNumber, goodsReference, orderNumber: order.number }),
    );
    return { marks, all: devices.length };
  }
  const about = {
    orderNumber: order.number,
    client: order.client.name,
    brand: order.brand?.name ?? null,
    productionRun: order.productionRun?.name ?? null,
  };
  const macs = devices.map((device) => device.macAddress);
  const boxes = boxesOf(about, macs, choice.devicesPerBox);
  return { marks: slice(boxes).map((box) => boxLabel(size, code, box)), all: boxes.length };
}
