import { count } from './format.ts';

export const audit = {
  title: 'Audit log',
  description:
    'Who did what and when. Each entry carries the hash of the one before it, so a change or a removal shows.',
  table: 'Audit entries',
  actionFilter: 'Action, like user.create',
  actorFilter: 'Who (user name)',
  resourceFilter: 'On, for example user or user 7',
  export: 'Export',
  exportCsv: 'As CSV, for a spreadsheet',
  exportLines: 'As JSON lines, with everything the hashes cover',
  exportName: (format: string) => `audit-log.${format}`,
  at: 'When',
  actor: 'Who',
  action: 'Action',
  resource: 'On',
  sentence: 'What happened',
  hash: 'Hash',
  nobody: 'The console',
  verify: 'Verify the chain',
  verifying: (entries: number, of: number) => `Checking the chain: ${count(entries)} of ${count(of)} entries…`,
  intact: (entries: number) => `The chain is intact: ${count(entries)} ${entries === 1 ? 'entry' : 'entries'} checked.`,
  broken: (id: number) => `The chain is broken at entry ${count(id)}.`,
  brokenHint:
    'This entry, or one before it, was changed outside the console. Keep the database as it is and tell your administrator.',
  notWhole: 'The audit log is incomplete.',
  anchorBroken: (id: number, at: string, gone: boolean, count_: number) =>
    `Entry ${count(id)}, which this console noted outside the database on ${at}, ${gone ? 'is missing' : 'has changed'}${
      count_ > 1 ? `; ${count(count_)} such entries in all` : ''
    }.`,
  anchorHint:
    'Entries were deleted, emptied or rewritten, or the database was restored from an older backup or replaced. Keep it as it is and tell your administrator.',
  beginning: {
    emptied: 'The log is empty although there are users: someone emptied it.',
    late: 'The log begins after the first user was made: earlier entries may be missing.',
  },
  damagedLines: (lines: number) =>
    `${count(lines)} ${lines === 1 ? 'line' : 'lines'} of this console’s file of anchors can’t be read.`,
  anchored: (anchors: number, id: number, at: string) =>
    `${count(anchors)} ${anchors === 1 ? 'anchor' : 'anchors'} outside the database. The newest is of entry ${count(id)}, ${at}.`,
  noAnchor: 'No entry has been noted outside the database yet, so a deleted end or a new log would not show.',
  unanchored: (entries: number) =>
    `${count(entries)} ${entries === 1 ? 'entry' : 'entries'} after it could be deleted unnoticed until the next anchor.`,
  checkedBefore: (id: number, at: string) =>
    `Entries up to ${count(id)} were found intact on ${at} and were not checked again.`,
  removed: (id: number, at: string) => `Retention removed the entries up to ${count(id)} on ${at}.`,
  fromBeginning: 'Check from the beginning',
  unsealed: 'Not sealed yet',
  unsealedHint: 'Not sealed yet. Entries join the chain within a second.',
  notSealed: (entries: number, since: string) =>
    `${count(entries)} ${entries === 1 ? 'entry has' : 'entries have'} not joined the chain yet; the oldest was written on ${since}. A change to ${entries === 1 ? 'it' : 'them'} would not show.`,
  verifyFailed: 'The chain could not be checked',
  empty: 'Nothing recorded yet',
  entry: (id: number | null) => (id === null ? 'New entry' : `Entry ${count(id)}`),
} as const;
