import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import fontkit from '@pdf-lib/fontkit';
import { PDFDocument, type PDFFont, type PDFPage, rgb } from 'pdf-lib';

const fromHere = createRequire(import.meta.url);
/** DejaVu covers Latin, Greek, Cyrillic, Arabic, Armenian, Georgian; PDF's own fonts would fail on a Polish name. */
const fontFile = (name: string) => readFile(fromHere.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));

const POINTS_PER_MM = 72 / 25.4;
export const points = (mm: number): number => mm * POINTS_PER_MM;
export const black = rgb(0, 0, 0);
export const grey = rgb(0.45, 0.45, 0.45);

export interface Paper {
  pdf: PDFDocument;
  regular: PDFFont;
  bold: PDFFont;
}

/** An empty document with its fonts, of which only the characters in use are embedded. `created` makes it repeatable. */
export async function newPaper(title: string, created: Date): Promise<Paper> {
  const pdf = await PDFDocument.create();
  pdf.registerFontkit(fontkit);
  pdf.setTitle(title, { showInWindowTitleBar: true });
  pdf.setCreator('Tracker Lifecycle Console');
  pdf.setCreationDate(created);
  pdf.setModificationDate(created);
  const [regular, bold] = await Promise.all(
    ['DejaVuSansCondensed', 'DejaVuSansCondensed-Bold'].map(async (name) =>
      pdf.embedFont(await fontFile(name), { subset: true }),
    ),
  );
  return { pdf, regular: regular!, bold: bold! };
}

/** Writes text with its baseline at `y` mm from the top; the font's box character stands for what it lacks. */
export function write(
  page: PDFPage,
  text: string,
  at: { x: number; y: number; sizeMm: number; font: PDFFont; color?: ReturnType<typeof rgb> },
): void {
  page.drawText(text.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' '), {
    x: points(at.x),
    y: page.getHeight() - points(at.y),
    size: points(at.sizeMm) * 0.9,
    font: at.font,
    color: at.color ?? black,
  });
}
