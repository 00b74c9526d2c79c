import {
  type ReportName,
  type ReportScope,
  type reportFormats,
  XLSX,
} from '../../../../src-shared/contract/business-reports.ts';
import type { ReportCell, ReportColumn } from '../../../../src-shared/contract/report-cells.ts';
import { reportHeaders } from '../../../../src-shared/contract/report-headers.ts';
import { dayIn, wallClock } from '../../../../src-shared/domain/days.ts';
import { csvStream } from '../../platform/files/csv-stream.ts';
import { streamOf } from '../../platform/files/stream-of.ts';
import { type SheetColumn, xlsxStream } from '../../platform/files/xlsx-stream.ts';
import type { FileAnswer, RequestContext } from '../../platform/http/handler.ts';
import { businessReports, reportPages } from './business-reports.ts';
import type { BusinessReport, ReportPage } from './report-definition.ts';

/** A whole report as a file that is written while it is read. */
export function reportFile(
  context: RequestContext,
  name: ReportName,
  { format, ...scope }: ReportScope & { format: (typeof reportFormats)[number] },
): FileAnswer {
  const report = businessReports[name];
  const pages = reportPages(report, { scope, now: context.now }, (work) => context.transaction(work));
  const { timeZone = 'UTC' } = scope;
  return {
    contentType: format === 'csv' ? 'text/csv; charset=utf-8' : XLSX,
    fileName: `${name}-${dayIn(timeZone === 'run' ? 'UTC' : timeZone, context.now)}.${format}`,
    body: streamOf(format === 'csv' ? csvOf(report, pages) : workbookOf(report, pages, timeZone)),
  };
}

type Pages = AsyncIterable<ReportPage['rows']>;

/** Ids as headers and instants in ISO 8601, for programs. */
function csvOf({ columns }: BusinessReport, pages: Pages) {
  async function* cells() {
    for await (const rows of pages) yield rows.map((row) => row.cells);
  }
  return csvStream(
    columns.map(({ id }) => id),
    cells(),
  );
}

/** Instants by the clocks of one zone, which their headers name, or of each row's run, which a column names. */
function workbookOf({ columns }: BusinessReport, pages: Pages, timeZone: string) {
  const ofRuns = timeZone === 'run' && columns.some(({ type }) => type === 'instant');
  async function* cells() {
    for await (const rows of pages)
      yield rows.map((row): ReportCell[] => {
        const zone = timeZone === 'run' ? (row.timeZone ?? 'UTC') : timeZone;
        const shown = row.cells.map((cell, i) => (columns[i]?.type === 'instant' ? clockAt(zone, cell) : cell));
        return ofRuns ? [...shown, zone] : shown;
      });
  }
  const zoneColumn: SheetColumn[] = ofRuns ? [{ id: 'time_zone', type: 'text', header: 'Time zone' }] : [];
  return xlsxStream([...columns.map((column) => headed(column, timeZone)), ...zoneColumn], cells());
}

const clockAt = (zone: string, cell: ReportCell): ReportCell =>
  cell === null ? null : new Date(wallClock(zone, Date.parse(String(cell)))).toISOString();

function headed(column: ReportColumn, timeZone: string): SheetColumn {
  const header = reportHeaders[column.id] ?? column.id;
  const unit =
    column.type === 'hours'
      ? 'hours'
      : column.type === 'instant'
        ? timeZone === 'run'
          ? 'the run\u2019s time'
          : timeZone
        : null;
  return { ...column, header: unit === null ? header : `${header} (${unit})` };
}
