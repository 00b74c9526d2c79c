import { count } from './format.ts';

export const audit = {
  title: 'Audit log',
  description: 'Who did what and when. Entries are chained by their hashes: none can be changed or taken out unseen.',
  table: 'Audit entries',
  actionFilter: 'Action, as in user.create or auth.',
  actorFilter: 'Who (user name)',
  resourceFilter: 'On, as in user or user 7',
  from: 'From',
  to: 'Until',
  export: 'Export',
  exportCsv: 'As CSV, for a spreadsheet',
  exportLines: 'As JSON lines, with all that the hashes are made of',
  exportName: (format: string) => `audit-log.${format}`,
  at: 'When',
  actor: 'Who',
  action: 'Action',
  resource: 'On',
  sentence: 'What happened',
  hash: 'Hash',
  nobody: 'The console',
  verify: 'Verify the chain',
  verifying: 'Walking the chain…',
  intact: (entries: number) => `The chain is intact: ${count(entries)} ${entries === 1 ? 'entry' : 'entries'} checked.`,
  broken: (id: number) => `The chain is broken at entry ${count(id)}.`,
  brokenHint:
    'This entry, or one before it, was changed outside the console. Keep the database as it is and tell your administrator.',
  notWhole: 'The audit log is not whole.',
  anchorBroken: (id: number, at: string, gone: boolean, count_: number) =>
    `Entry ${count(id)}, which this console noted outside of the database on ${at}, ${gone ? 'is gone' : 'is another one now'}${
      count_ > 1 ? `; ${count(count_)} such entries in all` : ''
    }.`,
  anchorHint:
    'The log was cut off, emptied, begun anew or written again, or the database was restored from an older backup or is another one. Keep it as it is and tell your administrator.',
  beginning: {
    emptied: 'The log is empty, though there are users: it was emptied.',
    late: 'The log begins after the first user was made: earlier entries may be missing.',
  },
  damagedLines: (lines: number) =>
    `${count(lines)} ${lines === 1 ? 'line' : 'lines'} of this console’s file of anchors can’t be read.`,
  anchored: (anchors: number, id: number, at: string) =>
    `${count(anchors)} ${anchors === 1 ? 'anchor' : 'anchors'} outside of the database, the newest of entry ${count(id)} on ${at}.`,
  noAnchor: 'No entry was noted outside of the database yet: a log that was cut off or begun anew could not be told.',
  unanchored: (entries: number) =>
    `${count(entries)} ${entries === 1 ? 'entry' : 'entries'} after it could be cut off unseen until the next anchor.`,
  verifyFailed: 'The chain could not be checked',
  empty: 'Nothing recorded yet',
  entry: (id: number) => `Entry ${count(id)}`,
} as const;
