import type { PDFPage } from 'pdf-lib';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { fitted } from '../../../../src-shared/domain/labels/layout.ts';
import { grey, newPaper, type Paper, points, write } from './document.ts';
import type { PackedDevice } from './packing-list.ts';

const PAGE = { width: 210, height: 297, margin: 18 };
const ROW_MM = 5.2;
const FIRST_ROW_MM = 68;
const NEXT_ROW_MM = 30;
const plainColumns = [
  { title: '#', x: 18, width: 14 },
  { title: 'MAC address', x: 34, width: 48 },
  { title: 'Serial number', x: 80, width: 40 },
  { title: 'Scanned (UTC)', x: 122, width: 36 },
  { title: 'By', x: 156, width: 20 },
  { title: 'Returned', x: 177, width: 16 },
] as const;
/** With the goods that devices are paired with. */
const goodsColumns = [
  { title: '#', x: 18, width: 10 },
  { title: 'MAC address', x: 29, width: 37 },
  { title: 'Serial number', x: 67, width: 26 },
  { title: 'Goods', x: 94, width: 36 },
  { title: 'Scanned (UTC)', x: 131, width: 29 },
  { title: 'By', x: 161, width: 16 },
  { title: 'Returned', x: 178, width: 15 },
] as const;
type Columns = typeof plainColumns | typeof goodsColumns;

/** The packing list of an order on A4, with room for the names of who packed and who received. */
export async function packingListPdf(
  order: CustomerOrder,
  devices: readonly PackedDevice[],
  now: Date,
): Promise<Uint8Array> {
  const paper = await newPaper(`Packing list ${order.number}`, now);
  const last = PAGE.height - 42;
  const withGoods = order.pairsGoods || devices.some(({ goodsReference }) => goodsReference !== null);
  const columns: Columns = withGoods ? goodsColumns : plainColumns;
  let page = newPage(paper);
  head(paper, page, order, devices.length, now);
  let y = header(paper, page, columns, FIRST_ROW_MM);
  for (const [i, device] of devices.entries()) {
    if (y > last) {
      page = newPage(paper);
      y = header(paper, page, columns, NEXT_ROW_MM);
    }
    const at = device.allocatedAt.toISOString().slice(0, 16).replace('T', ' ');
    const cells = [
      String(i + 1),
      device.macAddress,
      device.serialNumber ?? '',
      ...(withGoods ? [device.goodsReference ?? ''] : []),
      at,
      device.allocatedBy,
      device.returnReason ?? '',
    ];
    for (const [k, { x, width }] of columns.entries())
      write(page, fitted(cells[k] ?? '', width, 3.4), { x, y, sizeMm: 3.4, font: paper.regular });
    y += ROW_MM;
  }
  signatures(paper, page);
  const pages = paper.pdf.getPages();
  for (const [i, one] of pages.entries()) {
    const text = `${order.number} · page ${i + 1} of ${pages.length}`;
    write(one, text, { x: PAGE.margin, y: PAGE.height - 10, sizeMm: 3, font: paper.regular, color: grey });
  }
  return paper.pdf.save();
}

const newPage = (paper: Paper) => paper.pdf.addPage([points(PAGE.width), points(PAGE.height)]);

function head(paper: Paper, page: PDFPage, order: CustomerOrder, devices: number, now: Date): void {
  const x = PAGE.margin;
  write(page, `Packing list ${order.number}`, { x, y: 24, sizeMm: 8, font: paper.bold });
  const facts: [string, string][] = [
    ['Client', order.client.name],
    ['Brand', order.brand?.name ?? '—'],
    ['Production run', order.productionRun?.name ?? '—'],
    ['Devices', `${devices} of ${order.quantity} ordered`],
    ['Due', order.dueDate ?? '—'],
    ['Printed (UTC)', now.toISOString().slice(0, 16).replace('T', ' ')],
  ];
  for (const [i, [label, value]] of facts.entries()) {
    const y = 35 + Math.floor(i / 2) * 8;
    const left = x + (i % 2) * 90;
    write(page, label, { x: left, y, sizeMm: 3, font: paper.regular, color: grey });
    write(page, fitted(value, 62, 4), { x: left + 26, y, sizeMm: 4, font: paper.bold });
  }
}

/** The titles of the columns above the row at `y`; returns `y` of the first row. */
function header(paper: Paper, page: PDFPage, columns: Columns, y: number): number {
  for (const { title, x } of columns) write(page, title, { x, y, sizeMm: 3.2, font: paper.bold });
  page.drawLine({
    start: { x: points(PAGE.margin), y: page.getHeight() - points(y + 1.5) },
    end: { x: points(PAGE.width - PAGE.margin), y: page.getHeight() - points(y + 1.5) },
    thickness: 0.5,
    color: grey,
  });
  return y + ROW_MM + 1.5;
}

function signatures(paper: Paper, page: PDFPage): void {
  for (const [label, x] of [
    ['Packed by, date', PAGE.margin],
    ['Received by, date', 110],
  ] as const) {
    const y = page.getHeight() - points(PAGE.height - 22);
    page.drawLine({ start: { x: points(x), y }, end: { x: points(x + 80), y }, thickness: 0.5, color: grey });
    write(page, label, { x, y: PAGE.height - 18, sizeMm: 3, font: paper.regular, color: grey });
  }
}
