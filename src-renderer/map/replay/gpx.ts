import type { Journey } from './timeline.ts';

/** Degrees as GPX asks for them (xsd:decimal): no exponent, whatever the number; 1e-7 of one is a centimetre. */
export const decimal = (degrees: number): string => {
  const text = degrees.toFixed(7);
  let end = text.length;
  while (text[end - 1] === '0') end--;
  if (text[end - 1] === '.') end--;
  const short = text.slice(0, end);
  return short === '-0' ? '0' : short;
};
const wrap = (longitude: number): number => ((((longitude + 180) % 360) + 360) % 360) - 180;
const escaped: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (value: string): string => value.replace(/[&<>"]/g, (sign) => escaped[sign]!);

/** Journeys as GPX 1.1 (https://www.topografix.com/GPX/1/1/): a track each, oldest fix first. */
export function gpxOf(journeys: readonly Journey[], creator: string): string {
  const tracks = journeys.map(({ name, fixes }) => {
    const points = fixes.map(
      ({ at, latitude, longitude, status }) =>
        `<trkpt lat="${decimal(latitude)}" lon="${decimal(wrap(longitude))}"><time>${new Date(at).toISOString()}</time>` +
        `${status === null ? '' : `<type>${status}</type>`}</trkpt>`,
    );
    return `<trk><name>${text(name)}</name><trkseg>\n${points.join('\n')}\n</trkseg></trk>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<gpx version="1.1" creator="${text(creator)}" xmlns="http://www.topografix.com/GPX/1/1">`,
    ...tracks,
    '</gpx>\n',
  ].join('\n');
}
