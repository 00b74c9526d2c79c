import type { ConsoleTrouble } from '../../src-shared/contract/consoles.ts';
import type { PartState } from '../../src-shared/contract/part-state.ts';
import { inWords, isDown } from '../../src-shared/domain/part-state.ts';
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
  connections: {
    title: 'Database connections',
    shared: (running: number, each: number, together: number) =>
      running === 1
        ? `One console is running. It opens up to ${count(each)} connections.`
        : `${count(running)} consoles share ${count(together)} connections: each opens up to ${count(each)}.`,
    hint: 'Requests beyond that wait for a free one.',
    label: 'Connections of all consoles together',
    labelHint:
      'Leave it empty to go by what the server allows. Behind PgBouncer, enter the connections it may pass on.',
    asServer: (allowed: number) => `The server allows ${count(allowed)}`,
    saved: 'Saved. Each console takes its share within a minute.',
  },
  description: 'Every console and workstation, with its last known state.',
  table: 'Consoles',
  empty: 'No console has reported yet.',
  emptyHint: 'Each console reports within half a minute of its start.',
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
  oldest: (since: string) => `The oldest is from ${since}.`,
  clock: 'Clock',
  clockRight: 'right',
  clockOff,
  latency: 'Database',
  latencyOf: (ms: number) => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`),
  disk: 'Disk left',
  version: 'Version',
  menu: (name: string) => `Actions for ${name}`,
  rename: 'Name',
  renameTitle: (host: string) => `Name the console on ${host}`,
  nameLabel: 'Name',
  nameHint: 'As people call the place, such as “Hall 2, packing table”. Left empty, the name of the computer shows.',
  forgetTitle: (name: string) => `Remove ${name} from the list?`,
  forget: (waiting: number) =>
    `Do this when the console is gone for good. A console that still runs comes back by itself within half a minute.${
      waiting > 0
        ? ` ${plural(waiting, 'scan or undo', 'scans and undos')} in its outbox never arrived and are removed from the count here.`
        : ''
    }`,
  /** What is wrong, and what to do. */
  trouble: {
    conflicts: ({ outbox }) =>
      `${plural(outbox.conflicts, 'scan was', 'scans were')} refused when ${outbox.conflicts === 1 ? 'it was' : 'they were'} sent. Settle ${outbox.conflicts === 1 ? 'it' : 'them'} on that console, under Offline work.`,
    silent: ({ seenAgo }) =>
      `It was last seen ${seenAgo}, and nobody stopped it. Check that it is on and reaches the database.`,
    waiting: ({ outbox }) =>
      `${plural(outbox.waiting, 'scan or undo waits', 'scans and undos wait')} there to be sent. Its page Offline work says why.`,
    'engine-down': ({ engines }) =>
      `An engine is down: ${engines
        .filter(({ state }) => isDown(state))
        .map(({ name, state }) => `${name} (${inWords(state)})`)
        .join(', ')}. It restarts by itself. If it stays down, restart the console.`,
    'disk-full': ({ diskFreeBytes }) => `Its disk has ${bytes(diskFreeBytes ?? 0)} left. Free some space, or it stops.`,
    'clock-off': ({ clockOffsetMs }) =>
      `Its clock is ${clockOff(clockOffsetMs)}. Set it, or let it follow a time server.`,
    'keys-locked': () => 'Its keys are locked: it can’t generate keys or decrypt reports. Unlock them there.',
  } satisfies Record<ConsoleTrouble, (told: Told) => string> as Record<ConsoleTrouble, (told: Told) => string>,
};
