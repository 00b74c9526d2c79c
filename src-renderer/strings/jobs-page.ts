import { count } from './format.ts';

export const jobsPage = {
  title: 'Jobs',
  description: 'Work that takes a while. It continues when you leave, and after a restart of the console.',
  table: 'Jobs',
  anyState: 'Any state',
  anyKind: 'Any kind',
  state: 'State',
  kind: 'Kind',
  job: 'Job',
  progress: 'Progress',
  createdBy: 'Started by',
  createdAt: 'Requested',
  finishedAt: 'Finished',
  took: 'Took',
  empty: 'No job yet',
  emptyHint: 'Key batches, imports and recalculations run as jobs and are listed here.',
  open: (label: string) => `Details of ${label}`,
  detail: 'Job',
  system: 'The console',
  result: 'Result',
  started: 'Started',
  show: 'Open what it works on',
  cancelled: 'Stopped early. What was finished stays.',
  notFound: 'This job does not exist.',
  values: (value: unknown) =>
    typeof value === 'number' ? count(value) : typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value),
} as const;
