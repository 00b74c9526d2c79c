import type { OutboxEntry } from '../../src-shared/contract/workstation.ts';
import { count, duration, durationInWords } from './format.ts';

export const offline = {
  title: 'Offline work',
  description: 'What this workstation keeps for work without the central database, and what was done without it.',
  links: { online: 'Connected', 'catching-up': 'Sending', offline: 'Database can’t be reached' },
  indicator: (waiting: number, conflicts: number) =>
    [
      waiting === 0 ? 'Nothing waiting to be sent' : `${count(waiting)} waiting to be sent`,
      ...(conflicts > 0 ? [`${count(conflicts)} to settle`] : []),
    ].join(', '),
  waiting: (waiting: number) => `${count(waiting)} waiting`,
  age: (seconds: number) => `oldest ${duration(seconds)}`,
  conflicts: (conflicts: number) => `${count(conflicts)} to settle`,
  needsConnection: 'Needs the connection',
  needsConnectionHint:
    'This workstation has no copy of this. It appears when the central database can be reached again.',
  station: {
    offline: 'The database can’t be reached. Keep scanning.',
    offlineHint: 'Scans are checked and kept on this workstation. They are sent in order when the database answers.',
    catchingUp: 'The database is back. Sending the waiting scans.',
    clock: (ms: number) =>
      `The clock of this workstation is ${durationInWords(Math.abs(ms) / 1000)} ${ms > 0 ? 'slow' : 'fast'}. Times are corrected. Tell operations.`,
  },
  pending: 'Pending',
  pendingSentence: 'Kept here, and sent when the database answers.',
  state: 'This workstation',
  facts: {
    link: 'Central database',
    since: 'Since',
    contact: 'Last contact',
    copied: 'Copy updated',
    copy: 'Copy',
    copyOf: (devices: number, orders: number) => `${count(devices)} devices, ${count(orders)} orders in work`,
    copyPart: 'still loading',
    none: 'Not needed: the database is on this console',
    size: 'Size on disk',
    waiting: 'Waiting',
    clock: 'Clock',
    clockOff: (ms: number) => `${durationInWords(Math.abs(ms) / 1000)} ${ms > 0 ? 'slow' : 'fast'}, corrected`,
    signIn: 'Log in offline',
    signInDays: (days: number) => (days === 0 ? 'not allowed' : `for ${days} days after an online login here`),
  },
  tabs: { conflict: 'To settle', waiting: 'Waiting', done: 'Sent', settled: 'Settled' },
  columns: {
    at: 'When',
    what: 'What',
    device: 'Device',
    order: 'Order',
    by: 'By',
    told: 'Answer at the time',
    central: 'Database says',
    settlement: 'Settled',
  },
  kinds: { scan: 'Scan', undo: 'Undo' },
  empty: {
    conflict: ['Nothing to settle', 'Scans that the database refuses after an outage are listed here.'],
    waiting: ['Nothing waiting', 'Everything done on this workstation is in the central database.'],
    done: ['Nothing sent yet', 'Scans made during an outage are listed here for 30 days.'],
    settled: ['Nothing settled yet', 'Settled conflicts are listed here for 30 days.'],
  } satisfies Record<OutboxEntry['state'], [string, string]>,
  settled: { accept: 'Accepted', retry: 'Tried again', move: 'Moved', 'take-out': 'Done', dismiss: 'Dismissed' },
  scanner: {
    title: 'Scanner',
    hint: 'What the scanner of this workstation adds to each code. Leave both empty if it adds nothing.',
    prefix: 'Prefix',
    suffix: 'Suffix',
    saved: 'Scanner settings saved',
  },
  days: {
    title: 'Log in offline',
    label: 'Days after the last online login here',
    hint: 'For every workstation. 0 turns it off.',
    saved: 'Saved',
  },
  damaged: 'A damaged file was moved aside',
  damagedBody: (path: string, rescued: number, complete: boolean) =>
    `${path}. ${count(rescued)} unsent scans could be read and are in the new file${complete ? '.' : '. The rest could not be read. Keep the file and tell support.'}`,
  damagedSeen: 'Done',
} as const;
