import { toSVG } from 'bwip-js/node';
import type { PDFPage } from 'pdf-lib';
import { type CodeShapes, codeShapes, placeCode } from '../../../../src-shared/domain/labels/code-paths.ts';
import type { Mark } from '../../../../src-shared/domain/labels/layout.ts';
import { type LabelSize, pageSizeOf, placeOf } from '../../../../src-shared/domain/labels/sizes.ts';
import { black, newPaper, type Paper, points, write } from './document.ts';

/** Labels as a PDF in their true size: one a page on a roll, side by side on a sheet. */
export async function labelsPdf(
  title: string,
  size: LabelSize,
  labels: readonly Mark[][],
  now: Date,
): Promise<Uint8Array> {
  const paper = await newPaper(title, now);
  const { widthMm, heightMm } = pageSizeOf(size);
  const pages: PDFPage[] = [];
  for (const [i, marks] of labels.entries()) {
    const { page, x, y } = placeOf(size, i);
    pages[page] ??= paper.pdf.addPage([points(widthMm), points(heightMm)]);
    for (const mark of marks) draw(paper, pages[page], { ...mark, x: mark.x + x, y: mark.y + y });
  }
  return paper.pdf.save();
}

function draw(paper: Paper, page: PDFPage, mark: Mark): void {
  if (mark.kind === 'text') {
    write(page, mark.text, { ...mark, font: mark.bold ? paper.bold : paper.regular });
    return;
  }
  const shapes = shapesOf(mark.code, mark.content);
  const { x, y, across, down } = placeCode(mark, shapes);
  for (const path of shapes.paths) {
    page.drawSvgPath(scaled(path.d, across, down), {
      x: points(x),
      y: page.getHeight() - points(y),
      ...(path.stroke === null ? { color: black } : { borderColor: black, borderWidth: points(path.stroke * across) }),
    });
  }
}

/** The path in points: pairs of coordinates, as bwip-js writes them (moves and lines alone). */
function scaled(d: string, across: number, down: number): string {
  let isAcross = false;
  return d.replaceAll(/[\d.]+/g, (value) => {
    isAcross = !isAcross;
    return points(Number(value) * (isAcross ? across : down)).toFixed(3);
  });
}

const shapesOf = (code: (Mark & { kind: 'code' })['code'], content: string): CodeShapes =>
  codeShapes(toSVG({ bcid: code, text: content }));
