/** A label and its medium, in millimetres. Without a sheet it comes from a roll, with one label a page. */
export interface LabelSize {
  widthMm: number;
  heightMm: number;
  /** Kept free along each edge; what the kind of label keeps without it. */
  marginMm?: number;
  sheet?: { widthMm: number; heightMm: number; columns: number; rows: number };
}

const a4 = { widthMm: 210, heightMm: 297 };

/** Common media: rolls for label printers, and A4 sheets of 3 x 8 and 2 x 2. */
export const deviceLabelSizes = {
  '50x25': { widthMm: 50, heightMm: 25 },
  '2x1in': { widthMm: 50.8, heightMm: 25.4 },
  '54x25': { widthMm: 54, heightMm: 25 },
  '62x29': { widthMm: 62, heightMm: 29 },
  '70x37-a4': { widthMm: 70, heightMm: 37, sheet: { ...a4, columns: 3, rows: 8 } },
} as const satisfies Record<string, LabelSize>;

export const boxLabelSizes = {
  '100x150': { widthMm: 100, heightMm: 150 },
  '105x148-a4': { widthMm: 105, heightMm: 148, sheet: { ...a4, columns: 2, rows: 2 } },
} as const satisfies Record<string, LabelSize>;

const labelSizes: Record<DeviceLabelSize | BoxLabelSize, LabelSize> = { ...deviceLabelSizes, ...boxLabelSizes };
export type DeviceLabelSize = keyof typeof deviceLabelSizes;
export type BoxLabelSize = keyof typeof boxLabelSizes;

/** What a label of one's own may measure, in millimetres: what is on it must still be read. */
export const ownLabelLimits = {
  widthMm: { min: 30, max: 210 },
  heightMm: { min: 15, max: 300 },
  marginMm: { min: 0, max: 10 },
} as const;

/** A label of one's own from a roll. */
export interface OwnLabelSize {
  widthMm: number;
  heightMm: number;
  marginMm: number;
}

/** The label that was chosen: one's own where it is given, else one of the common ones. */
export const labelSizeOf = (
  size: DeviceLabelSize | BoxLabelSize,
  own?: { [Side in keyof OwnLabelSize]?: number | undefined },
): LabelSize =>
  own?.widthMm !== undefined && own.heightMm !== undefined
    ? {
        widthMm: own.widthMm,
        heightMm: own.heightMm,
        ...(own.marginMm === undefined ? {} : { marginMm: own.marginMm }),
      }
    : labelSizes[size];

/** The kinds of code on a label. Common hand scanners read all of them. */
export const labelCodes = ['code128', 'qrcode', 'datamatrix'] as const;
export type LabelCode = (typeof labelCodes)[number];

/** The page of the label with this index, and its place there in millimetres from the top left. Pages count from 0. */
export function placeOf(size: LabelSize, index: number): { page: number; x: number; y: number } {
  if (!size.sheet) return { page: index, x: 0, y: 0 };
  const { columns, rows, widthMm, heightMm } = size.sheet;
  const onPage = index % (columns * rows);
  const left = (widthMm - columns * size.widthMm) / 2;
  const top = (heightMm - rows * size.heightMm) / 2;
  return {
    page: Math.floor(index / (columns * rows)),
    x: left + (onPage % columns) * size.widthMm,
    y: top + Math.floor(onPage / columns) * size.heightMm,
  };
}

export const pageSizeOf = (size: LabelSize): { widthMm: number; heightMm: number } => size.sheet ?? size;
