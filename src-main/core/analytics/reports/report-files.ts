import {
  type ReportName,
  type ReportScope,
  type reportFormats,
  type trackFormats,
  XLSX,
} from '../../../../src-shared/contract/reports.ts';
import { invalid } from '../../platform/db/conflicts.ts';
import { notFound } from '../../platform/errors.ts';
import { csvStream } from '../../platform/files/csv-stream.ts';
import { streamOf } from '../../platform/files/stream-of.ts';
import { xlsxStream } from '../../platform/files/xlsx-stream.ts';
import type { FileAnswer, RequestContext } from '../../platform/http/handler.ts';
import { reportPages, reportSources } from './reports.ts';
import { type Track, type TrackPoint, trackContentType, trackFile } from './track-files.ts';
import { type TrackMark, type TrackPage, type TrackScope, trackedTrackers, trackPage } from './tracks-store.ts';

const day = (now: Date) => now.toISOString().slice(0, 10);

/** A whole report as a file that is written while it is read. */
export function reportFile(
  context: RequestContext,
  name: ReportName,
  { format, ...scope }: ReportScope & { format: (typeof reportFormats)[number] },
): FileAnswer {
  const source = reportSources[name];
  const pages = reportPages(source, { scope, now: context.now }, (work) => context.transaction(work));
  return {
    contentType: format === 'csv' ? 'text/csv; charset=utf-8' : XLSX,
    fileName: `${name}-${day(context.now)}.${format}`,
    body: streamOf(
      format === 'csv'
        ? csvStream(
            source.columns.map(({ id }) => id),
            pages,
          )
        : xlsxStream(source.columns, pages),
    ),
  };
}

const TRACKERS = 200;
const POINTS = 1_000;

/** Positions of a tracker or a run as a file. Throws AppError `validation-failed` when neither is given. */
export async function tracksFile(
  context: RequestContext,
  { format, ...scope }: TrackScope & { format: (typeof trackFormats)[number] },
): Promise<FileAnswer> {
  if (scope.trackerId === undefined && scope.productionRunId === undefined)
    throw invalid('trackerId', 'Choose a tracker or a production run.');
  // A file with nothing in it would be a lie about a tracker that isn't there, or isn't the asker's.
  const [first] = await context.transaction((tx) => trackedTrackers(tx, scope, 0, 1));
  if (first === undefined && scope.trackerId !== undefined) throw notFound('tracker', scope.trackerId);
  const name =
    scope.trackerId === undefined ? `run-${scope.productionRunId}` : (first?.name ?? '').replace(/[^\w-]/g, '');
  return {
    contentType: trackContentType[format],
    fileName: `tracks-${name}-${day(context.now)}.${format}`,
    body: streamOf(trackFile(format, tracksOf(context, scope))),
  };
}

async function* tracksOf(context: RequestContext, scope: TrackScope): AsyncGenerator<Track> {
  for (let after = 0; ; ) {
    const trackers = await context.transaction((tx) => trackedTrackers(tx, scope, after, TRACKERS));
    for (const { id, name } of trackers) yield { trackerId: id, name, pages: pagesOf(context, id, scope) };
    const last = trackers.at(-1);
    if (last === undefined || trackers.length < TRACKERS) return;
    after = last.id;
  }
}

async function* pagesOf(context: RequestContext, trackerId: number, scope: TrackScope): AsyncGenerator<TrackPoint[]> {
  for (let mark: TrackMark | null = null; ; ) {
    const after: TrackMark | null = mark;
    const page: TrackPage = await context.transaction((tx) => trackPage(tx, trackerId, scope, after, POINTS));
    yield page.points;
    if (page.mark === null) return;
    mark = page.mark;
  }
}
