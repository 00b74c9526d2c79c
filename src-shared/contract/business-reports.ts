import { z } from 'zod';
import { date, dayZone, id, idText, instant, pageQuery } from './common.ts';
import { reportCell, reportColumn } from './report-cells.ts';
import { everyone } from './roles.ts';
import { file, json, route } from './route.ts';

export const reportNames = [
  'run-summary',
  'delivery-performance',
  'deliveries',
  'orders',
  'dwell-by-location',
  'dwell-by-tracker',
  'silent-trackers',
] as const;
export type ReportName = (typeof reportNames)[number];

const reportRow = z.object({
  cells: z.array(reportCell),
  trackerId: id.nullable(),
  /** Of the production run that the row is about. */
  timeZone: z.string().nullable(),
});
export type ReportRow = z.infer<typeof reportRow>;

/** What a report covers. Visits are cut to the time; deliveries were confirmed and runs were active within it. */
const reportScope = z.object({
  from: instant.optional(),
  to: instant.optional(),
  /** First and last day, both included, by the clocks of `timeZone`; beside `from` and `to` the narrower holds. */
  fromDay: date.optional(),
  toDay: date.optional(),
  /** Whose days `fromDay` and `toDay` are, and whose clock a workbook shows; UTC without it. */
  timeZone: dayZone.optional(),
  clientId: idText.optional(),
  productionRunId: idText.optional(),
  locationId: idText.optional(),
  trackerId: idText.optional(),
});
export type ReportScope = z.infer<typeof reportScope>;

const params = z.object({ report: z.enum(reportNames) });
export const reportFormats = ['csv', 'xlsx'] as const;
export const trackFormats = ['geojson', 'gpx', 'csv'] as const;
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export const reportRoutes = {
  getReport: route({
    method: 'GET',
    path: '/reports/{report}',
    summary: 'A page of a report; dwell counts only the requested time and marks open ends',
    tag: 'reports',
    access: everyone,
    params,
    query: pageQuery.extend(reportScope.shape),
    output: json(
      z.object({ columns: z.array(reportColumn), items: z.array(reportRow), nextCursor: z.string().nullable() }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
    quick: false,
  }),
  downloadReport: route({
    method: 'GET',
    path: '/reports/{report}/file',
    summary: 'A whole report as a streamed file',
    tag: 'reports',
    access: everyone,
    params,
    query: reportScope.extend({ format: z.enum(reportFormats).default('csv') }),
    output: file('text/csv', XLSX),
    status: 200,
    idempotent: true,
    audited: 'report.export',
    ownTransaction: true,
  }),
  downloadTracks: route({
    method: 'GET',
    path: '/reports/tracks/file',
    summary: 'Positions of a tracker, or of all trackers of a run, as a streamed file',
    tag: 'reports',
    access: everyone,
    query: z.object({
      trackerId: idText.optional(),
      productionRunId: idText.optional(),
      from: instant.optional(),
      to: instant.optional(),
      format: z.enum(trackFormats).default('geojson'),
    }),
    output: file('application/geo+json', 'application/gpx+xml', 'text/csv'),
    status: 200,
    idempotent: true,
    audited: 'tracks.export',
    ownTransaction: true,
  }),
};
