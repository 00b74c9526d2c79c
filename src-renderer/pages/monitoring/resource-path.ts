import type { Job } from '../../../src-shared/contract/jobs.ts';

const pages: Record<string, string> = {
  'key-batch': '/key-batches/',
  'production-run': '/production-runs/',
  'customer-order': '/orders/',
  tracker: '/trackers/',
};

/** The page of what a job works on, or null when it has none of its own. Imports lead to their result there. */
export function resourcePath(job: Pick<Job, 'id' | 'kind' | 'resource' | 'result'>): string | null {
  if (!job.resource) return null;
  const page = pages[job.resource.type];
  if (!page) return null;
  const isImport = job.kind === 'manufactured-device-import' || job.kind === 'tracker-import';
  const step = job.result?.dryRun === true ? 'check' : 'import';
  return `${page}${job.resource.id}${isImport ? `?tab=import&${step}=${job.id}` : ''}`;
}
