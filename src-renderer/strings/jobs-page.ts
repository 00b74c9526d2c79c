import { count } from './format.ts';

export const jobsPage = {
  title: 'Jobs',
  description: 'Long work: it goes on when you leave, and survives a restart of the console.',
  table: 'Jobs',
  anyState: 'Any state',
  anyKind: 'Any kind',
  state: 'State',
  kind: 'Kind',
  job: 'Job',
  progress: 'Progress',
  createdBy: 'Asked for by',
  createdAt: 'Asked for',
  finishedAt: 'Finished',
  took: 'Took',
  empty: 'No job yet',
  emptyHint: 'Key batches, imports and refolds run as jobs and are listed here.',
  open: (label: string) => `Details of ${label}`,
  detail: 'Job',
  system: 'The console',
  result: 'Result',
  started: 'Started',
  show: 'Open what it works on',
  cancelled: 'Stopped before its end. What it had finished stays.',
  notFound: 'There is no such job.',
  values: (value: unknown) =>
    typeof value === 'number' ? count(value) : typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value),
} as const;
