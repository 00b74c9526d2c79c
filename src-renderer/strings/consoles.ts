import type { ConsoleTrouble } from '../../src-shared/contract/consoles.ts';
import { inWords, isDown, type PartState } from '../../src-shared/contract/part-state.ts';
import { bytes, count, duration } from './format.ts';

/** What a console's troubles are told with. */
interface Told {
  outbox: { waiting: number; conflicts: number };
  seenAgo: string;
  engines: readonly { name: string; state: PartState }[];
  diskFreeBytes: number | null;
  clockOffsetMs: number;
}

const plural = (number: number, one: string, many: string) => `${count(number)} ${number === 1 ? one : many}`;

const clockOff = (ms: number) => `${duration(Math.abs(ms) / 1000)} ${ms > 0 ? 'slow' : 'fast'}`;

export const consoles = {
  description: 'Every console and workstation, as it last told of itself.',
  table: 'Consoles',
  empty: 'No console has told of itself yet.',
  emptyHint: 'Each one does so within half a minute after its start.',
  name: 'Console',
  thisOne: 'This console',
  seen: 'Last seen',
  state: 'State',
  well: 'Works',
  stopped: 'Stopped',
  troubles: (number: number) => plural(number, 'problem', 'problems'),
  engines: 'Engines',
  noEngines: 'none',
  engineNames: { fetcher: 'fetcher', 'status-engine': 'status', 'key-generator': 'keys' } as Record<string, string>,
  keys: 'Keys',
  keyStates: { ready: 'Ready', 'not-enrolled': 'Not enrolled', locked: 'Locked' } as Record<string, string>,
  outbox: 'To be sent',
  waiting: (waiting: number, conflicts: number) =>
    [waiting > 0 ? count(waiting) : '', conflicts > 0 ? plural(conflicts, 'conflict', 'conflicts') : '']
      .filter(Boolean)
      .join(' · ') || '0',
  oldest: (since: string) => `The oldest was done ${since}.`,
  clock: 'Clock',
  clockRight: 'right',
  clockOff,
  latency: 'Database',
  latencyOf: (ms: number) => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`),
  disk: 'Disk left',
  version: 'Version',
  menu: (name: string) => `What can be done with ${name}`,
  rename: 'Name',
  renameTitle: (host: string) => `Name the console on ${host}`,
  nameLabel: 'Name',
  nameHint: 'As people call the place, such as “Hall 2, packing table”. Left empty, the name of the computer shows.',
  forgetTitle: (name: string) => `Take ${name} out of the list?`,
  forget: (waiting: number) =>
    `Do this when the console is gone for good. One that still runs comes back by itself within half a minute.${
      waiting > 0
        ? ` ${plural(waiting, 'act', 'acts')} of its outbox never arrived, and are no longer missed here.`
        : ''
    }`,
  /** What is wrong, and what to do. */
  trouble: {
    conflicts: ({ outbox }) =>
      `${plural(outbox.conflicts, 'scan was', 'scans were')} refused when ${outbox.conflicts === 1 ? 'it was' : 'they were'} sent. Settle ${outbox.conflicts === 1 ? 'it' : 'them'} on that console, under Offline work.`,
    silent: ({ seenAgo }) =>
      `It was not stopped, and was last seen ${seenAgo}. See that it is on and reaches the database.`,
    waiting: ({ outbox }) =>
      `${plural(outbox.waiting, 'act waits', 'acts wait')} there to be sent. Look at its page Offline work, which says why.`,
    'engine-down': ({ engines }) =>
      `An engine is down: ${engines
        .filter(({ state }) => isDown(state))
        .map(({ name, state }) => `${name} (${inWords(state)})`)
        .join(', ')}. It is started again by itself; start the console anew if it stays so.`,
    'disk-full': ({ diskFreeBytes }) => `Its disk has ${bytes(diskFreeBytes ?? 0)} left. Make room, or it stops.`,
    'clock-off': ({ clockOffsetMs }) =>
      `Its clock is ${clockOff(clockOffsetMs)}. Set it, or let it follow a time server.`,
    'keys-locked': () => 'Its keys are locked: it neither generates keys nor decrypts reports. Unlock them there.',
  } satisfies Record<ConsoleTrouble, (told: Told) => string> as Record<ConsoleTrouble, (told: Told) => string>,
};
