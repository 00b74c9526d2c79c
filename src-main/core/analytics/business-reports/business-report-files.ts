import {
  type ReportName,
  type ReportScope,
  type reportFormats,
  XLSX,
} from '../../../../src-shared/contract/business-reports.ts';
import { csvStream } from '../../platform/files/csv-stream.ts';
import { streamOf } from '../../platform/files/stream-of.ts';
import { xlsxStream } from '../../platform/files/xlsx-stream.ts';
import type { FileAnswer, RequestContext } from '../../platform/http/handler.ts';
import { businessReports, reportPages } from './business-reports.ts';

/** A whole report as a file that is written while it is read. */
export function reportFile(
  context: RequestContext,
  name: ReportName,
  { format, ...scope }: ReportScope & { format: (typeof reportFormats)[number] },
): FileAnswer {
  const report = businessReports[name];
  const pages = reportPages(report, { scope, now: context.now }, (work) => context.transaction(work));
  return {
    contentType: format === 'csv' ? 'text/csv; charset=utf-8' : XLSX,
    fileName: `${name}-${context.now.toISOString().slice(0, 10)}.${format}`,
    body: streamOf(
      format === 'csv'
        ? csvStream(
            report.columns.map(({ id }) => id),
            pages,
          )
        : xlsxStream(report.columns, pages),
    ),
  };
}
