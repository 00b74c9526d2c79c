import type { trackFormats } from '../../../../src-shared/contract/business-reports.ts';
import { invalid } from '../../platform/db/conflicts.ts';
import { notFound } from '../../platform/errors.ts';
import { streamOf } from '../../platform/files/stream-of.ts';
import type { FileAnswer, RequestContext } from '../../platform/http/handler.ts';
import { type Track, type TrackPoint, trackContentType, trackFile } from './track-export-formats.ts';
import { type TrackMark, type TrackPage, type TrackScope, trackedTrackers, trackPage } from './track-export-store.ts';

/** How many trackers, and positions of one, are read at a time. */
const TRACKERS = 200;
const POINTS = 1_000;

/** Positions of a tracker or a run as a file. Throws AppError `validation-failed` when neither is given. */
export async function tracksFile(
  context: RequestContext,
  { format, ...scope }: TrackScope & { format: (typeof trackFormats)[number] },
): Promise<FileAnswer> {
  if (scope.trackerId === undefined && scope.productionRunId === undefined)
    throw invalid('trackerId', 'Choose a tracker or a production run.');
  // An empty file would be misleading for a tracker that doesn't exist or that the person may not see.
  const [first] = await context.transaction((tx) => trackedTrackers(tx, scope, 0, 1));
  if (first === undefined && scope.trackerId !== undefined) throw notFound('tracker', scope.trackerId);
  const name =
    scope.trackerId === undefined ? `run-${scope.productionRunId}` : (first?.name ?? '').replace(/[^\w-]/g, '');
  return {
    contentType: trackContentType[format],
    fileName: `tracks-${name}-${context.now.toISOString().slice(0, 10)}.${format}`,
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
