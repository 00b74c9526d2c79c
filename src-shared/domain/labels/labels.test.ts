import {
  BarcodeFormat,
  BinaryBitmap,
  DecodeHintType,
  HybridBinarizer,
  MultiFormatReader,
  RGBLuminanceSource,
} from '@zxing/library';
import { toSVG } from 'bwip-js/node';
import { describe, expect, it } from 'vitest';
import { normaliseMac } from '../mac-address.ts';
import { type CodeShapes, codeShapes, placeCode } from './code-paths.ts';
import { boxesOf, boxLabel, deviceLabel, fitted } from './layout.ts';
import {
  boxLabelSizes,
  deviceLabelSizes,
  type LabelCode,
  type LabelSize,
  labelCodes,
  labelSizeOf,
  ownLabelLimits,
  placeOf,
} from './sizes.ts';

const device = {
  macAddress: 'C0:11:22:33:44:55',
  serialNumber: 'SN-0000012345',
  goodsReference: null,
  orderNumber: 'ORD-000123',
};
const about = { orderNumber: 'ORD-000123', client: 'Żółć & Söhne', brand: 'Trail', productionRun: 'Autumn' };

/** Paints the shapes at `scale` pixels a unit, as a printer would: strokes as bars, areas by the even-odd rule. */
function painted({ width, height, paths }: CodeShapes, scale: number, quiet: number) {
  const across = Math.round(width * scale) + 2 * quiet;
  const down = Math.round(height * scale) + 2 * quiet;
  const pixels = new Uint8ClampedArray(across * down).fill(255);
  const shapes = paths.map(({ d, stroke }) => ({ stroke, rings: ringsOf(d) }));
  for (let py = 0; py < down; py++)
    for (let px = 0; px < across; px++) {
      const [x, y] = [(px - quiet + 0.5) / scale, (py - quiet + 0.5) / scale];
      if (y < 0 || y > height) continue;
      if (shapes.some((shape) => isInk(shape, x, y))) pixels[py * across + px] = 0;
    }
  return { pixels, across, down };
}

function inside(ring: Ring, x: number, y: number): boolean {
  let odd = false;
  for (const [i, [ax, ay]] of ring.entries()) {
    const [bx, by] = ring.at(i - 1)!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

const formats = {
  code128: BarcodeFormat.CODE_128,
  qrcode: BarcodeFormat.QR_CODE,
  datamatrix: BarcodeFormat.DATA_MATRIX,
};
function read(code: LabelCode, content: string): string {
  const shapes = codeShapes(toSVG({ bcid: code, text: content }));
  const { pixels, across, down } = painted(shapes, 2, 40);
  return decoded(code, pixels, across, down);
}
function decoded(code: LabelCode, pixels: Uint8ClampedArray, across: number, down: number): string {
  const bitmap = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(pixels, across, down)));
  const hints = new Map([[DecodeHintType.POSSIBLE_FORMATS, [formats[code]]]]);
  return new MultiFormatReader().decode(bitmap, hints as Map<DecodeHintType, unknown>).getText();
}

/** The whole label as a printer of so many dots an inch puts it on paper, read back; texts are grey bars of ink. */
function readPrinted(size: LabelSize, code: LabelCode, dpi: number): string {
  const marks = deviceLabel(size, code, device);
  const mark = codeOf(marks);
  const shapes = codeShapes(toSVG({ bcid: code, text: mark.content }));
  const { x, y, across, down } = placeCode(mark, shapes);
  const dots = (mm: number) => (mm * dpi) / 25.4;
  const [width, height] = [Math.round(dots(size.widthMm)), Math.round(dots(size.heightMm))];
  const pixels = new Uint8ClampedArray(width * height).fill(255);
  const stretched = {
    ...shapes,
    paths: shapes.paths.map(({ d, stroke }) => ({
      stroke: stroke && stroke * dots(across),
      rings: ringsOf(d).map((ring) => ring.map(([px, py]) => [dots(x + px * across), dots(y + py * down)] as const)),
    })),
  };
  for (let py = 0; py < height; py++)
    for (let px = 0; px < width; px++)
      if (stretched.paths.some((path) => isInk(path, px + 0.5, py + 0.5))) pixels[py * width + px] = 0;
  for (const text of marks)
    if (text.kind === 'text')
      for (let py = Math.ceil(dots(text.y - text.sizeMm * 0.7)); py < dots(text.y); py++)
        for (let px = Math.ceil(dots(text.x)); px < dots(text.x + text.text.length * text.sizeMm * 0.55); px++)
          if ((px >> 1) % 2 === 0) pixels[py * width + px] = 0;
  // A reader is held at the code: what it sees is the code and the paper right beside it.
  const seen = (at: number, size: number, most: number) => {
    const from = Math.max(0, Math.floor(dots(at - QUIET_MM)));
    return { from, length: Math.min(most, Math.ceil(dots(at + size + QUIET_MM))) - from };
  };
  const [h, v] = [seen(mark.x, mark.width, width), seen(mark.y, mark.height, height)];
  const crop = new Uint8ClampedArray(h.length * v.length);
  for (let row = 0; row < v.length; row++)
    crop.set(
      pixels.subarray((v.from + row) * width + h.from, (v.from + row) * width + h.from + h.length),
      row * h.length,
    );
  return decoded(code, crop, h.length, v.length);
}

const QUIET_MM = 2;
type Ring = (readonly [number, number])[];
const ringsOf = (d: string): Ring[] =>
  d
    .split('M')
    .slice(1)
    .map((ring) => [...ring.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const));
const isInk = ({ rings, stroke }: { rings: Ring[]; stroke: number | null }, x: number, y: number): boolean =>
  stroke === null
    ? rings.filter((ring) => inside(ring, x, y)).length % 2 === 1
    : rings.some(
        ([from, to]) =>
          Math.abs(x - from![0]) < stroke / 2 && y >= Math.min(from![1], to![1]) && y <= Math.max(from![1], to![1]),
      );

const codeOf = (marks: ReturnType<typeof deviceLabel>) => marks.find((mark) => mark.kind === 'code')!;

describe('labels', () => {
  it.each(labelCodes)('carry as %s what a scanner reads as the device’s address', (code) => {
    const { content } = codeOf(deviceLabel(deviceLabelSizes['50x25'], code, device));
    const scanned = read(code, content);
    expect(scanned).toBe(content);
    expect(normaliseMac(scanned)).toBe(device.macAddress);
  });

  const rolls = Object.entries(deviceLabelSizes).filter(([, size]) => !('sheet' in size));
  it.each([...rolls, ['the smallest of one’s own', { widthMm: 30, heightMm: 15, marginMm: 1 }] as const])(
    'are read as 203 dots an inch print them: %s',
    (_name, size) => {
      for (const code of ['datamatrix', 'qrcode'] as const)
        expect([code, readPrinted(size, code, 203)]).toEqual([code, 'C01122334455']);
      if (size.widthMm >= 50) expect(readPrinted(size, 'code128', 203)).toBe('C01122334455');
    },
  );

  it('have modules of whole dots, inside the place that they were given', () => {
    const dot = 25.4 / 203;
    for (const [, size] of rolls)
      for (const code of labelCodes) {
        const mark = codeOf(deviceLabel(size, code, device));
        const shapes = codeShapes(toSVG({ bcid: code, text: mark.content }));
        const { x, y, across, down } = placeCode(mark, shapes);
        expect(Math.abs((2 * across) / dot - Math.round((2 * across) / dot))).toBeLessThan(1e-6);
        expect(x).toBeGreaterThanOrEqual(mark.x - dot);
        expect(x + across * shapes.width).toBeLessThanOrEqual(mark.x + mark.width + dot);
        expect(y + down * shapes.height).toBeLessThanOrEqual(mark.y + mark.height + dot);
      }
  });

  it('have a size of one’s own, with its margins', () => {
    const own = labelSizeOf('50x25', { widthMm: 40, heightMm: 20, marginMm: 1 });
    expect(own).toEqual({ widthMm: 40, heightMm: 20, marginMm: 1 });
    expect(labelSizeOf('54x25', { marginMm: 1 })).toEqual({ widthMm: 54, heightMm: 25 });
    expect(Math.min(...deviceLabel(own, 'code128', device).map((mark) => mark.x))).toBe(1);
    const { widthMm, heightMm } = ownLabelLimits;
    for (const [w, h] of [
      [widthMm.min, heightMm.min],
      [widthMm.max, heightMm.max],
      [60, 40],
    ] as const)
      for (const mark of boxLabel(
        { widthMm: w, heightMm: h },
        'code128',
        boxesOf(about, [device.macAddress], 10)[0]!,
      )) {
        expect(mark.y + (mark.kind === 'code' ? mark.height : mark.sizeMm * 0.25)).toBeLessThanOrEqual(h);
        expect(mark.x).toBeLessThan(w);
      }
  });

  it('refuse to be printed without their code', () => {
    expect(() => codeShapes('<svg></svg>')).toThrow('could not be drawn');
    expect(() => codeShapes('<svg viewBox="0 0 10 10"><path fill="#000"/></svg>')).toThrow('could not be drawn');
  });

  const all = [
    ...Object.entries(deviceLabelSizes).map(([name, size]) => [name, size, 'device'] as const),
    ...Object.entries(boxLabelSizes).map(([name, size]) => [name, size, 'box'] as const),
  ];
  it.each(all)('%s keep every mark inside their edges, whatever the code', (_name, size, kind) => {
    for (const code of labelCodes) {
      const [box] = boxesOf(about, [device.macAddress, 'C0:11:22:33:44:56'], 10);
      const marks = kind === 'device' ? deviceLabel(size, code, device) : boxLabel(size, code, box!);
      expect(marks.filter((mark) => mark.kind === 'code')).toHaveLength(1);
      const texts = marks.flatMap((mark) => (mark.kind === 'text' ? mark.text : []));
      expect(texts).toContain(kind === 'device' ? device.macAddress : 'ORD-000123');
      expect(texts.some((text) => text.includes('…'))).toBe(false);
      for (const mark of marks) {
        const right = mark.kind === 'code' ? mark.x + mark.width : mark.x + [...mark.text].length * mark.sizeMm * 0.62;
        const bottom = mark.kind === 'code' ? mark.y + mark.height : mark.y + mark.sizeMm * 0.25;
        expect([code, mark, right <= size.widthMm + 0.01, bottom <= size.heightMm, mark.x >= 0, mark.y >= 0]).toEqual([
          code,
          mark,
          true,
          true,
          true,
          true,
        ]);
      }
    }
  });

  it('have bars wide enough for a hand scanner on the narrowest label', () => {
    const mark = codeOf(deviceLabel(deviceLabelSizes['50x25'], 'code128', device));
    const { width } = codeShapes(toSVG({ bcid: 'code128', text: mark.content }));
    // bwip-js draws two units a module; 0.19 mm (7.5 mil) is what common hand scanners resolve.
    expect((mark.width / width) * 2).toBeGreaterThan(0.19);
  });

  it('fill a sheet row by row, inside the paper, and go on with the next', () => {
    const size = deviceLabelSizes['70x37-a4'];
    expect(placeOf(size, 0)).toEqual({ page: 0, x: 0, y: 0.5 });
    expect(placeOf(size, 4)).toEqual({ page: 0, x: 70, y: 37.5 });
    expect(placeOf(size, 23)).toEqual({ page: 0, x: 140, y: 259.5 });
    expect(placeOf(size, 24)).toEqual({ page: 1, x: 0, y: 0.5 });
    expect(placeOf(deviceLabelSizes['62x29'], 5)).toEqual({ page: 5, x: 0, y: 0 });
  });

  it('count boxes, the last one with what is left', () => {
    const macs = Array.from({ length: 25 }, (_, i) => `C0:00:00:00:00:${String(i).padStart(2, '0')}`);
    const boxes = boxesOf(about, macs, 10);
    expect(boxes.map(({ box, boxes: of, devices }) => [box, of, devices])).toEqual([
      [1, 3, 10],
      [2, 3, 10],
      [3, 3, 5],
    ]);
    expect([boxes[2]!.firstMac, boxes[2]!.lastMac]).toEqual([macs[20], macs[24]]);
    expect(boxesOf(about, [], 10)).toEqual([]);
  });

  it('cut a text that is too long, by characters and not in the middle of one', () => {
    expect(fitted('short', 50, 4)).toBe('short');
    const cut = fitted('😀'.repeat(40), 20, 4);
    expect(cut.endsWith('…')).toBe(true);
    expect(cut.isWellFormed()).toBe(true);
  });
});
