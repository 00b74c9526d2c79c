import { Readable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import readXlsx from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import type { ReportCell, ReportColumn } from '../../../../src-shared/contract/report-cells.ts';
import { linesOf, type Track, type TrackPoint, trackFile } from '../../analytics/track-export/track-export-formats.ts';
import { csvStream } from './csv-stream.ts';
import { xlsxStream } from './xlsx-stream.ts';

const columns: ReportColumn[] = [
  { id: 'name', type: 'text' },
  { id: 'count', type: 'integer' },
  { id: 'hours', type: 'hours' },
  { id: 'seen', type: 'instant' },
  { id: 'done', type: 'flag' },
];
const nasty: ReportCell[][] = [
  ['=HYPERLINK("http://evil.example")', -8, 1.25, '2026-11-20T12:30:00.000Z', true],
  ['<b>&"\u0007Zürich\n\u202e', 0, null, null, false],
];

async function textOf(stream: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of stream) text += piece;
  return text;
}
async function* pagesOf<T>(...pages: T[][]): AsyncGenerator<T[]> {
  yield* pages;
}
async function sheetsOf(stream: AsyncIterable<Uint8Array>): Promise<unknown[][][]> {
  const sheets = await readXlsx(Buffer.concat(await Readable.from(stream).toArray()));
  return (sheets as unknown as { data: unknown[][] }[]).map(({ data }) => data);
}

describe('report files', () => {
  it('writes a workbook that a spreadsheet reads as it was: text stays text, instants are dates', async () => {
    const [sheet] = await sheetsOf(xlsxStream(columns, pagesOf(nasty.slice(0, 1), [], nasty.slice(1))));
    const seen = sheet![1]![3] as Date;
    // Days as doubles carry a millisecond only nearly.
    expect(Math.abs(seen.getTime() - Date.UTC(2026, 10, 20, 12, 30))).toBeLessThan(5);
    expect(sheet).toEqual([
      ['name', 'count', 'hours', 'seen', 'done'],
      ['=HYPERLINK("http://evil.example")', -8, 1.25, seen, true],
      ['<b>&"Zürich\n\u202e', 0, null, null, false],
    ]);
  });

  it('has headers for people, widths that hold them, and a filter row', async () => {
    const headed = [
      { id: 'seen', type: 'instant' as const, header: 'Seen last (Europe/Zurich)' },
      ...columns.slice(0, 1),
    ];
    const file = Buffer.concat(
      await Readable.from(xlsxStream(headed, pagesOf([['2026-11-20T12:30:00.000Z', 'a']]))).toArray(),
    );
    // The sheet is the first entry.
    const sheet = inflateRawSync(file.subarray(30 + file.readUInt16LE(26))).toString();
    expect(sheet).toMatch(
      /<cols><col min="1" max="1" width="29" [^>]*><col min="2" max="2" width="24" [^>]*><\/cols>.*<autoFilter ref="A1:B2"\/>/s,
    );
  });

  it('goes on in another sheet where one is full, and makes a sheet of nothing too', async () => {
    const rows = Array.from({ length: 25 }, (_, n): ReportCell[] => [`row ${n}`, n]);
    const two = columns.slice(0, 2);
    const full = await sheetsOf(xlsxStream(two, pagesOf(rows), 11));
    expect(full.map((sheet) => sheet.length)).toEqual([11, 11, 6]);
    expect(full[1]![1]).toEqual(['row 10', 10]);
    expect(await sheetsOf(xlsxStream(two, pagesOf([])))).toEqual([[['name', 'count']]]);
  });

  it('asks for pages as the reader takes them, and holds few of them', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<ReportCell[][]> {
      for (;;) {
        asked += 1;
        yield Array.from({ length: 500 }, (_, n): ReportCell[] => [`tracker ${asked} ${n} ${Math.sin(n * asked)}`, n]);
      }
    }
    const stream = xlsxStream(columns, endless());
    let bytes = 0;
    while (bytes < 300_000) bytes += (await stream.next()).value!.length;
    await stream.return();
    // Hundreds of kilobytes packed are some dozens of pages, of which few are ahead of the reader.
    const before = asked;
    expect(before).toBeGreaterThan(10);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked - before).toBeLessThan(20);
  });

  it('makes cells harmless in CSV and leaves numbers alone', async () => {
    const text = await textOf(csvStream(['name', 'count', 'hours', 'seen', 'done'], pagesOf(nasty)));
    expect(text.startsWith('\ufeffname,count,hours,seen,done\r\n')).toBe(true);
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"")",-8,1.25,2026-11-20T12:30:00.000Z,yes\r\n`);
  });
});

const point = (longitude: number, latitude: number, minute: number): TrackPoint => ({
  longitude,
  latitude,
  reportedAt: new Date(Date.UTC(2026, 10, 20, 12, minute)).toISOString(),
  accuracyM: 10,
  nearestCity: null,
  leftOut: null,
});
async function* tracks(...pages: TrackPoint[][]): AsyncGenerator<Track> {
  yield { trackerId: 7, name: 'C0:FF <&>', pages: pagesOf(...pages) };
  yield { trackerId: 8, name: 'silent', pages: pagesOf([]) };
}

describe('track files', () => {
  it('cuts lines at the antimeridian, both ways', () => {
    const fiji = { longitude: 179, latitude: -18 };
    const samoa = { longitude: -179, latitude: -16 };
    expect(linesOf([fiji, samoa])).toEqual([
      [
        [179, -18],
        [180, -17],
      ],
      [
        [-180, -17],
        [-179, -16],
      ],
    ]);
    expect(linesOf([samoa, fiji])[0]!.at(-1)).toEqual([-180, -17]);
    expect(linesOf([fiji])).toEqual([]);
    expect(
      linesOf([
        { longitude: 0, latitude: 0 },
        { longitude: 179, latitude: 0 },
      ]),
    ).toHaveLength(1);
  });

  it('is GeoJSON with every position and an unbroken way over pages', async () => {
    const text = await textOf(
      trackFile('geojson', tracks([point(179, -18, 0), point(-179, -16, 1)], [point(-178, -16, 2)])),
    );
    const { type, features } = JSON.parse(text);
    expect(type).toBe('FeatureCollection');
    const points = features.filter((f: { geometry: { type: string } }) => f.geometry.type === 'Point');
    const lines = features.filter((f: { geometry: { type: string } }) => f.geometry.type === 'MultiLineString');
    expect(points.map((f: { properties: { reportedAt: string } }) => f.properties.reportedAt)).toEqual(
      [0, 1, 2].map((minute) => point(0, 0, minute).reportedAt),
    );
    expect(lines.map((f: { geometry: { coordinates: number[][][] } }) => f.geometry.coordinates.length)).toEqual([
      2, 1,
    ]);
    expect(lines[1].geometry.coordinates[0][0]).toEqual([-179, -16]);
  });

  it('is GPX and CSV', async () => {
    const gpx = await textOf(trackFile('gpx', tracks([point(8.5, 47.4, 0)])));
    expect(gpx).toContain('<name>C0:FF &lt;&amp;&gt;</name>');
    expect(gpx).toContain('<trkpt lat="47.4" lon="8.5"><time>2026-11-20T12:00:00.000Z</time></trkpt>');
    expect(gpx.match(/<trk>/g)).toHaveLength(2);
    const csv = await textOf(trackFile('csv', tracks([point(-8.5, 47.4, 0)])));
    expect(csv.split('\r\n')[1]).toBe('C0:FF <&>,2026-11-20T12:00:00.000Z,-8.5,47.4,10,,');
  });
});
