import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import { AppError } from '../../core/platform/errors.ts';
import type { AnisetteCheck, BasicCredentials } from './access.ts';
import { describeFaults, type FaultName, noFaults, parseFault, usualFaults, withFaults } from './faults.ts';
import { liftKey } from './finder-phone.ts';
import { writeNewWorld } from './new-world.ts';
import { createSimulator } from './simulator.ts';
import { usualPlan } from './usual-plan.ts';
import { readWorld, type TrackerEntry } from './world.ts';

type Changes = Partial<Record<FaultName, number>>;

/** Turns an AppError of a flag's value into the command line's own complaint. */
function flag<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

const port = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('0 to 65535.');
  return value;
};
const count = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000) throw new InvalidArgumentError('1 to 100000.');
  return value;
};
const anisette = (text: string): AnisetteCheck => {
  if (text === 'off' || text === 'present' || text === 'issued') return text;
  throw new InvalidArgumentError('off, present or issued.');
};
const basic = (text: string): BasicCredentials => {
  const at = text.indexOf(':');
  if (at < 1) throw new InvalidArgumentError('USER:PASSWORD.');
  return { username: text.slice(0, at), password: text.slice(at + 1) };
};

const command = new Command('simulate')
  .description('A Find My network of its own: Apple’s older and newer form, the haystack form, and anisette')
  .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', port, 4790)
  .option('--seed <seed>', 'names the world: same seed, same world, same requests, same answers', '42')
  .option('--world <file>', 'JSON {"trackers": [{"advertisementKey", "plan"}]}')
  .option('--keys <file>', 'any file with advertisement keys in base64, such as a manufacturer’s export: a route each')
  .option('--new-world <folder>', 'make key pairs, write trackers.csv (for a console) and world.json, and serve them')
  .option('--trackers <count>', 'how many for --new-world', count, 25)
  .option('--fault <name=value>', 'repeatable; value: a number, on or off', collectFault, {} as Changes)
  .option('--no-faults', 'start from nothing going wrong')
  .option('--credentials <dsid:token>', 'Basic credentials that Apple’s forms ask for', basic)
  .option('--haystack-credentials <user:password>', 'Basic credentials that the haystack form asks for', basic)
  .option(
    '--anisette <check>',
    'anisette headers asked for: off, present, or issued (by this server, just now)',
    anisette,
    'present',
  )
  .option('--list-faults', 'print every fault with its usual value, and end');

function collectFault(text: string, before: Changes): Changes {
  return { ...before, ...flag(() => parseFault(text)) };
}

interface Flags {
  port: number;
  seed: string;
  world?: string;
  keys?: string;
  newWorld?: string;
  trackers: number;
  fault: Changes;
  faults: boolean;
  credentials?: BasicCredentials;
  haystackCredentials?: BasicCredentials;
  anisette: AnisetteCheck;
  listFaults?: boolean;
}

/** Every advertisement key in a text: 28 bytes in base64 are 38 characters and two signs of equality. */
function keysIn(path: string, seed: string): TrackerEntry[] {
  const found = readFileSync(path, 'utf8').match(/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{38}==(?!=)/g) ?? [];
  const keys = [...new Set(found)].filter((key) => {
    const bytes = Buffer.from(key, 'base64');
    return bytes.length === KEY_BYTES && liftKey(bytes) !== null;
  });
  if (keys.length === 0) throw new AppError('validation-failed', `There is no advertisement key in ${path}.`);
  return keys.map((advertisementKey) => ({ advertisementKey, plan: usualPlan(advertisementKey, seed, Date.now()) }));
}

async function run(flags: Flags): Promise<void> {
  const base = flags.faults ? usualFaults : noFaults;
  if (flags.listFaults) {
    console.log(describeFaults(withFaults(base, flags.fault)).join('\n'));
    return;
  }
  const trackers: TrackerEntry[] = [];
  if (flags.world) trackers.push(...readWorld(flags.world));
  if (flags.keys) trackers.push(...keysIn(flags.keys, flags.seed));
  if (flags.newWorld) {
    const files = writeNewWorld(flags.newWorld, flags.trackers, flags.seed, Date.now());
    console.log(`import into a console: ${files.csv} (private keys: keep it safe)\nworld: ${files.world}`);
    trackers.push(...readWorld(files.world));
  }
  const simulator = await createSimulator({
    port: flags.port,
    seed: flags.seed,
    trackers,
    baseFaults: base,
    faults: flags.fault,
    appleCredentials: flags.credentials ?? null,
    haystackCredentials: flags.haystackCredentials ?? null,
    anisette: flags.anisette,
  });
  const { url } = simulator;
  console.log(`Find My simulator on ${url}, seed ${flags.seed}, ${trackers.length} trackers`);
  console.log(`  older form    ${url}/acsnservice/fetch\n  newer form    ${url}/findmyservice/v2/fetch`);
  console.log(`  haystack form ${url}/\n  anisette      ${url}/`);
  console.log(`  more trackers POST ${url}/simulator/trackers, state GET ${url}/simulator/state\nfaults:`);
  for (const line of describeFaults(simulator.stats().faults)) console.log(`  ${line}`);
  const stop = () => void simulator.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

run(command.parse().opts<Flags>()).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
