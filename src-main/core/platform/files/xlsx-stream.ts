import type { ReportCell, ReportColumn } from '../../../../src-shared/contract/report-cells.ts';
import { type ZipEntry, zipStream } from './zip-stream.ts';

/** Rows of a worksheet, the header included (Excel specifications and limits). */
const MOST_ROWS = 1_048_576;
/** Styles by their place in styles.xml. */
const styleOf: Record<ReportColumn['type'], number> = {
  text: 0,
  integer: 1,
  hours: 2,
  share: 3,
  instant: 4,
  date: 5,
  flag: 0,
};
const BOLD = 6;
/** Characters that a value takes, by type; a header may take more, and has the arrow of its filter beside it. */
const widthOf: Record<ReportColumn['type'], number> = {
  text: 24,
  integer: 11,
  hours: 11,
  share: 9,
  instant: 17,
  date: 12,
  flag: 8,
};
const FILTER_ARROW = 4;

/** A column of a sheet; its header is its id where it has none. */
export interface SheetColumn extends ReportColumn {
  header?: string;
}

/**
 * A workbook as a stream, a page of rows in memory at a time (the libraries that write XLSX want all rows at once). Text
 * is written as text, so that nothing in it can be a formula. More rows than a sheet holds go on in the next one.
 */
export function xlsxStream(
  columns: readonly SheetColumn[],
  pages: AsyncIterable<readonly (readonly ReportCell[])[]>,
  rowsOfSheet = MOST_ROWS,
): AsyncGenerator<Uint8Array, void, undefined> {
  return zipStream(parts(columns, pages, rowsOfSheet));
}

async function* parts(
  columns: readonly SheetColumn[],
  pages: AsyncIterable<readonly (readonly ReportCell[])[]>,
  rowsOfSheet: number,
): AsyncGenerator<ZipEntry> {
  const rows = flattened(pages)[Symbol.asyncIterator]();
  let next = await rows.next();
  let sheets = 0;
  do {
    sheets += 1;
    yield { name: `xl/worksheets/sheet${sheets}.xml`, text: sheet() };
  } while (!next.done);

  async function* sheet() {
    yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.map(column).join('')}</cols><sheetData>`;
    yield `<row r="1">${columns.map((one, i) => text(`${letters(i)}1`, headerOf(one), BOLD)).join('')}</row>`;
    let count = 1;
    for (; count < rowsOfSheet && !next.done; count++) {
      yield rowOf(columns, next.value, count + 1);
      next = await rows.next();
    }
    yield `</sheetData><autoFilter ref="A1:${letters(columns.length - 1)}${count}"/></worksheet>`;
  }

  const each = (part: (n: number) => string) => Array.from({ length: sheets }, (_, i) => part(i + 1)).join('');
  yield {
    name: 'xl/workbook.xml',
    text: [
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>`,
      each((n) => `<sheet name="Report${n === 1 ? '' : ` ${n}`}" sheetId="${n}" r:id="rId${n}"/>`),
      '</sheets></workbook>',
    ],
  };
  yield {
    name: 'xl/_rels/workbook.xml.rels',
    text: [
      `${XML}<Relationships xmlns="${PACKAGE}/relationships">`,
      each((n) => `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`),
      `<Relationship Id="styles" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    ],
  };
  yield { name: 'xl/styles.xml', text: [STYLES] };
  yield {
    name: '_rels/.rels',
    text: [
      `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
  };
  yield {
    name: '[Content_Types].xml',
    text: [
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`,
      `<Override PartName="/xl/workbook.xml" ContentType="${SHEET}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${SHEET}.styles+xml"/>`,
      each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${SHEET}.worksheet+xml"/>`),
      '</Types>',
    ],
  };
}

const headerOf = ({ id, header }: SheetColumn) => header ?? id;
const column = (one: SheetColumn, index: number) =>
  `<col min="${index + 1}" max="${index + 1}" width="${Math.max(widthOf[one.type], headerOf(one).length + FILTER_ARROW)}" customWidth="1"/>`;

// ECMA-376, 5th edition, parts 1 and 2.
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const formats = [0, 3, 165, 9, 164, 14];
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/><numFmt numFmtId="165" formatCode="#,##0.0"/></numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="7">${formats.map((id) => `<xf numFmtId="${id}" applyNumberFormat="1"/>`).join('')}<xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`;

function rowOf(columns: readonly ReportColumn[], cells: readonly ReportCell[], row: number): string {
  const written = columns.map(({ type }, i) => {
    const value = cells[i] ?? null;
    const at = `${letters(i)}${row}`;
    const style = styleOf[type];
    if (value === null) return '';
    if (typeof value === 'boolean') return `<c r="${at}" t="b"><v>${value ? 1 : 0}</v></c>`;
    if (typeof value === 'number') return `<c r="${at}" s="${style}"><v>${value}</v></c>`;
    if (type === 'instant' || type === 'date') return `<c r="${at}" s="${style}"><v>${serial(value)}</v></c>`;
    return text(at, value, style);
  });
  return `<row r="${row}">${written.join('')}</row>`;
}

/** A column's name: A to Z, AA and so on. */
const letters = (index: number): string =>
  (index >= 26 ? letters(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

const text = (at: string, value: string, style: number) =>
  `<c r="${at}" t="inlineStr" s="${style}"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;

/** Days since 30 December 1899, as spreadsheets count them; of UTC. */
const serial = (value: string) => Date.parse(value) / 86_400_000 + 25_569;

/** XML 1.0 has no characters below a space but tab and the ends of lines. */
export const escaped = (value: string) =>
  value
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

async function* flattened<T>(pages: AsyncIterable<readonly T[]>): AsyncGenerator<T, void, undefined> {
  for await (const page of pages) yield* page;
}
