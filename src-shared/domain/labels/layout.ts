import type { LabelCode, LabelSize } from './sizes.ts';

/** A mark on a label, in millimetres from the top left. For text, `y` is the baseline and `sizeMm` the line height. */
export type Mark =
  | { kind: 'text'; text: string; x: number; y: number; sizeMm: number; bold: boolean }
  | { kind: 'code'; code: LabelCode; content: string; x: number; y: number; width: number; height: number };

export interface DeviceOnLabel {
  /** `AA:BB:CC:DD:EE:FF` */
  macAddress: string;
  serialNumber: string | null;
  /** What it is fixed to, where the order pairs its trackers with goods. */
  goodsReference: string | null;
  orderNumber: string;
}

export interface BoxOnLabel {
  orderNumber: string;
  client: string;
  brand: string | null;
  productionRun: string | null;
  /** Counted from 1. */
  box: number;
  boxes: number;
  devices: number;
  firstMac: string;
  lastMac: string;
}

const MARGIN_MM = 2.5;
/** Free of ink beside a matrix code: two modules of the largest that a device's label has. */
const QUIET_MM = 2.4;
/** Width of a character, as a share of the line's height. Wide enough for a text of capitals. */
const CHARACTER = 0.62;

/** The text, cut with an ellipsis where it is wider than `widthMm`. */
export function fitted(text: string, widthMm: number, sizeMm: number): string {
  const room = Math.max(1, Math.floor(widthMm / (sizeMm * CHARACTER)));
  const characters = [...text];
  return characters.length <= room ? text : `${characters.slice(0, room - 1).join('')}…`;
}

/** Twelve digits without colons take a third fewer bars, so that the code stays readable on a narrow label. */
const compact = (mac: string) => mac.replaceAll(':', '');

/**
 * The label of a device: its address as a code and in plain text, its serial number, its order and its goods. A linear code takes
 * the whole width, a matrix code a square on the left.
 */
export function deviceLabel(size: LabelSize, code: LabelCode, device: DeviceOnLabel): Mark[] {
  const { widthMm, heightMm, marginMm: margin = MARGIN_MM } = size;
  const inner = widthMm - 2 * margin;
  const content = compact(device.macAddress);
  const details = [device.serialNumber, device.orderNumber, device.goodsReference].filter((text) => text !== null);
  if (code === 'code128') {
    const line = heightMm * 0.14;
    const codeHeight = heightMm - 2 * margin - 2 * line - 1.5;
    const textY = margin + codeHeight + 0.5 + line;
    return [
      { kind: 'code', code, content, x: margin, y: margin, width: inner, height: codeHeight },
      text(device.macAddress, margin, textY, inner, line, true),
      text(details.join('  '), margin, textY + line + 0.5, inner, line * 0.85, false),
    ];
  }
  const side = Math.min(heightMm - 2 * margin, widthMm * 0.42);
  const x = margin + side + QUIET_MM;
  const width = widthMm - x - margin;
  const line = heightMm * 0.13;
  return [
    { kind: 'code', code, content, x: margin, y: (heightMm - side) / 2, width: side, height: side },
    ...[device.macAddress, ...details].map((value, i) =>
      text(value, x, heightMm / 2 - side / 2 + line * 1.2 + i * line * 1.5, width, line, i === 0),
    ),
  ];
}

/** The label of a box: its order, for whom it is, which box of how many, and what is in it. */
export function boxLabel(size: LabelSize, code: LabelCode, box: BoxOnLabel): Mark[] {
  // The layout is made for 100 x 150 mm; a smaller label has all of it, smaller.
  const scale = Math.min(1, size.widthMm / 100, size.heightMm / 148);
  const margin = size.marginMm ?? 6 * scale;
  const inner = size.widthMm - 2 * margin;
  const content = `${box.orderNumber}/${box.box}`;
  const codeHeight = (code === 'code128' ? 36 : 44) * scale;
  const lines: [value: string, sizeMm: number, bold: boolean][] = [
    [box.orderNumber, 10, true],
    [box.client, 7, true],
    ...[box.brand, box.productionRun].filter((value) => value !== null).map((value) => [value, 5, false] as const),
  ].map(([value, sizeMm, bold]) => [value as string, sizeMm as number, bold as boolean]);
  const marks: Mark[] = [];
  let y = margin;
  for (const [value, sizeMm, bold] of lines) {
    y += sizeMm * scale * 1.25;
    marks.push(text(value, margin, y, inner, sizeMm * scale, bold));
  }
  const codeY = y + 8 * scale;
  const codeWidth = code === 'code128' ? inner : codeHeight;
  marks.push({ kind: 'code', code, content, x: margin, y: codeY, width: codeWidth, height: codeHeight });
  const below = codeY + codeHeight;
  marks.push(
    text(`Box ${box.box} of ${box.boxes}`, margin, below + 12 * scale, inner, 9 * scale, true),
    text(
      `${box.devices} ${box.devices === 1 ? 'device' : 'devices'}`,
      margin,
      below + 21 * scale,
      inner,
      6 * scale,
      false,
    ),
    text(`${box.firstMac} – ${box.lastMac}`, margin, below + 28 * scale, inner, 3.8 * scale, false),
  );
  return marks;
}

/** A text that doesn't fit shrinks to this share of its size before it is cut. */
const SMALLEST = 0.6;

function text(value: string, x: number, y: number, widthMm: number, wantedMm: number, bold: boolean): Mark {
  const fits = widthMm / ([...value].length * CHARACTER * 1.001);
  const sizeMm = Math.min(wantedMm, Math.max(fits, wantedMm * SMALLEST));
  return { kind: 'text', text: fitted(value, widthMm, sizeMm), x, y, sizeMm, bold };
}

/** Splits devices, in the order they were scanned, into boxes of `perBox`. Returns what each box's label says. */
export function boxesOf(
  order: Pick<BoxOnLabel, 'orderNumber' | 'client' | 'brand' | 'productionRun'>,
  macAddresses: readonly string[],
  perBox: number,
): BoxOnLabel[] {
  const boxes = Math.ceil(macAddresses.length / perBox);
  return Array.from({ length: boxes }, (_, i) => {
    const inside = macAddresses.slice(i * perBox, (i + 1) * perBox);
    const [firstMac = '', lastMac = ''] = [inside[0], inside.at(-1)];
    return { ...order, box: i + 1, boxes, devices: inside.length, firstMac, lastMac };
  });
}
