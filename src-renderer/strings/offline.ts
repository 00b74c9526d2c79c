import type { OutboxEntry } from '../../src-shared/contract/workstation.ts';
import { count, duration, durationInWords } from './format.ts';

export const offline = {
  title: 'Offline work',
  description: 'What this workstation keeps for the time without the central database, and what it did meanwhile.',
  links: { online: 'Connected', 'catching-up': 'Sending', offline: 'Database out of reach' },
  indicator: (waiting: number, conflicts: number) =>
    [
      waiting === 0 ? 'Nothing waits to be sent' : `${count(waiting)} waiting to be sent`,
      ...(conflicts > 0 ? [`${count(conflicts)} to settle`] : []),
    ].join(', '),
  waiting: (waiting: number) => `${count(waiting)} waiting`,
  age: (seconds: number) => `oldest ${duration(seconds)}`,
  conflicts: (conflicts: number) => `${count(conflicts)} to settle`,
  needsConnection: 'Needs the connection',
  needsConnectionHint:
    'This workstation keeps no copy of this. It is shown as soon as the central database can be reached again.',
  station: {
    offline: 'The database cannot be reached. Go on scanning.',
    offlineHint: 'Scans are judged here, kept on this workstation, and sent in order as soon as it answers.',
    catchingUp: 'The database is back. Sending what was scanned meanwhile.',
    clock: (ms: number) =>
      `The clock of this workstation is ${durationInWords(Math.abs(ms) / 1000)} ${ms > 0 ? 'slow' : 'fast'}. Times are corrected; tell operations.`,
  },
  pending: 'Pending',
  pendingSentence: 'Kept here; sent when the database answers.',
  state: 'This workstation',
  facts: {
    link: 'Central database',
    since: 'Since',
    contact: 'Last contact',
    copied: 'Copy brought up to date',
    copy: 'Copy',
    copyOf: (devices: number, orders: number) => `${count(devices)} devices, ${count(orders)} orders in work`,
    copyPart: 'still being made',
    none: 'None: the embedded database is always there',
    size: 'Size on disk',
    waiting: 'Waiting',
    clock: 'Clock',
    clockOff: (ms: number) => `${durationInWords(Math.abs(ms) / 1000)} ${ms > 0 ? 'slow' : 'fast'}, corrected`,
    signIn: 'Sign in offline',
    signInDays: (days: number) => (days === 0 ? 'not allowed' : `for ${days} days after being here online`),
  },
  tabs: { conflict: 'To settle', waiting: 'Waiting', done: 'Sent', settled: 'Settled' },
  columns: {
    at: 'When',
    what: 'What',
    device: 'Device',
    order: 'Order',
    by: 'By',
    told: 'Was answered',
    central: 'Database says',
    settlement: 'Settled',
  },
  kinds: { scan: 'Scan', undo: 'Undo' },
  empty: {
    conflict: ['Nothing to settle', 'Scans that the database refuses after an outage are listed here.'],
    waiting: ['Nothing waits', 'Everything done on this workstation is at the central database.'],
    done: ['Nothing was sent yet', 'What was scanned during an outage is listed here for thirty days.'],
    settled: ['Nothing was settled yet', 'Conflicts that somebody settled are listed here for thirty days.'],
  } satisfies Record<OutboxEntry['state'], [string, string]>,
  settled: { accept: 'Accepted', retry: 'Tried again', move: 'Moved', 'take-out': 'Seen to', dismiss: 'Dismissed' },
  scanner: {
    title: 'Scanner',
    hint: 'What the scanner of this workstation puts around each code. Leave both empty for one without.',
    prefix: 'Prefix',
    suffix: 'Suffix',
    saved: 'Scanner settings saved',
  },
  days: {
    title: 'Sign in offline',
    label: 'Days after being online here',
    hint: 'For every workstation; 0 allows it to nobody.',
    saved: 'Saved',
  },
  damaged: 'A damaged file was set aside',
  damagedBody: (path: string, rescued: number, complete: boolean) =>
    `${path}. ${count(rescued)} rows of its outbox could be read and are in the new one${complete ? '.' : '; the rest could not. Keep the file and tell support.'}`,
  damagedSeen: 'I have seen to it',
} as const;
