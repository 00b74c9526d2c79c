import { count } from './format.ts';

export const audit = {
  title: 'Audit log',
  description: 'Who did what and when. Entries are chained by their hashes: none can be changed or taken out unseen.',
  table: 'Audit entries',
  filter: 'Action, as in user.create',
  at: 'When',
  actor: 'Who',
  action: 'Action',
  resource: 'On',
  details: 'Details',
  hash: 'Hash',
  nobody: 'The console',
  verify: 'Verify the chain',
  verifying: 'Walking the chain…',
  intact: (entries: number) => `The chain is intact: ${count(entries)} ${entries === 1 ? 'entry' : 'entries'} checked.`,
  broken: (id: number) => `The chain is broken at entry ${count(id)}.`,
  brokenHint:
    'This entry, or one before it, was changed outside the console. Keep the database as it is and tell your administrator.',
  verifyFailed: 'The chain could not be checked',
  empty: 'Nothing recorded yet',
  entry: (id: number) => `Entry ${count(id)}`,
} as const;
