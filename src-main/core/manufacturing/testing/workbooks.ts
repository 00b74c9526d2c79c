import { escaped } from '../../platform/files/xlsx-stream.ts';
import { zipStream } from '../../platform/files/zip-stream.ts';

export interface TestSheet {
  name: string;
  state?: 'hidden' | 'veryHidden';
  /** Texts; or cells as XML: numbers, dates (style 1) and what else a spreadsheet writes. */
  rows: (string | { xml: string })[][];
}

/** An archive of these files, as any program might write one. */
export async function archive(files: Record<string, string>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const entries = Object.entries(files).map(([name, text]) => ({ name, text: [text] }));
  for await (const piece of zipStream(entries)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** A, B … Z, AA … */
const columnName = (at: number): string =>
  (at < 26 ? '' : columnName(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));

/** A workbook of these sheets (ECMA-376), as small as can be. */
export function workbookOf(sheets: readonly TestSheet[], { date1904 = false } = {}): Promise<Buffer> {
  const cell = (value: TestSheet['rows'][number][number], at: string) =>
    typeof value === 'string'
      ? `<c r="${at}" t="inlineStr"><is><t>${escaped(value)}</t></is></c>`
      : value.xml.replace('<c', `<c r="${at}"`);
  const list = sheets.map(({ name, state }, i) => {
    const hidden = state === undefined ? '' : ` state="${state}"`;
    return `<sheet name="${escaped(name)}" sheetId="${i + 1}"${hidden} r:id="rId${i + 1}"/>`;
  });
  return archive({
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relationships}"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${sheets.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${relationships}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}<Relationship Id="rId99" Type="${relationships}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(
      sheets.map(({ rows }, i) => [
        `xl/worksheets/sheet${i + 1}.xml`,
        `<worksheet xmlns="${main}"><sheetData>${rows.map((row, at) => `<row r="${at + 1}">${row.map((value, i) => cell(value, `${columnName(i)}${at + 1}`)).join('')}</row>`).join('')}</sheetData></worksheet>`,
      ]),
    ),
  });
}
