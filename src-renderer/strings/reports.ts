import type { ReportName } from '../../src-shared/contract/business-reports.ts';
import { reportHeaders } from '../../src-shared/contract/report-headers.ts';
import { count } from './format.ts';

const names: Record<ReportName, [string, string]> = {
  'run-summary': ['Run summary', 'Where the trackers of each run stand now.'],
  'delivery-performance': [
    'Delivery performance',
    'How long deliveries took from the start of the run and from allocation, by location. The first row of a run covers all its locations.',
  ],
  deliveries: ['Confirmed deliveries', 'Each delivery, when it was confirmed and by which reports.'],
  orders: ['Orders', 'Each order that is due within the chosen dates, and how much of it is allocated and delivered.'],
  'dwell-by-location': [
    'Stays by location',
    'How long trackers stayed. Only time within the chosen dates counts. Visits that began before or have not ended are marked.',
  ],
  'dwell-by-tracker': ['Stays by tracker', 'How long each tracker stayed at locations within the chosen dates.'],
  'silent-trackers': ['Silent trackers', 'Trackers of active runs without a recent report.'],
};

export const reports = {
  title: 'Reports',
  description: 'Choose a report, filter it, and download it.',
  names,
  columns: reportHeaders,
  /** What no value means in a column. */
  absent: { location: 'All its locations' } as Record<string, string>,
  choose: 'Report',
  client: 'Client',
  anyClient: 'All clients',
  run: 'Production run',
  anyRun: 'All runs',
  from: 'From',
  to: 'Until',
  table: (name: string) => `${name}, preview`,
  csv: 'CSV',
  xlsx: 'Excel',
  download: 'Download',
  downloadAs: (format: string) => `Download the whole report as ${format}`,
  tracks: 'Positions',
  tracksOf: { run: 'Positions of the run’s trackers', tracker: 'Positions of this tracker' },
  trackFormats: { geojson: 'GeoJSON', gpx: 'GPX', csv: 'CSV' },
  empty: 'Nothing to report',
  emptyHint: 'There is no data for the chosen time and filters.',
  yes: 'Yes',
  no: 'No',
  rows: (n: number, more: boolean) => `${count(n)}${more ? '+' : ''} ${n === 1 ? 'row' : 'rows'}`,
  share: (value: number) => `${(value * 100).toFixed(1)} %`,
  dwell: 'Stays',
  confirmedDelivery: 'Confirmed delivery',
  notConfirmed: 'No delivery confirmed yet: no visit to a delivery location was long enough.',
  statusByHour: 'Statuses over the run',
  statusByHourLabel: 'Trackers of the run in transit, in storage and delivered, day by day',
  noStatuses: 'No data yet',
  all: 'As a report',
} as const;
