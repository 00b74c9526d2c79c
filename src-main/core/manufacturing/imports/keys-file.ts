import { AppError } from '../../platform/errors.ts';

/** What the lines of a `.keys` file are about, as columns are named. */
const labels = {
  'private key': 'privateKey',
  'advertisement key': 'advertisementKey',
  'hashed adv key': 'hashedAdvertisementKey',
} as const;
type Field = (typeof labels)[keyof typeof labels];
/** The keys of one device, by field. */
type Device = Record<Field, string[]>;

const LINE = /^(private key|advertisement key|hashed adv key) *: *(\S*)$/i;

/** Whether a text begins as a `.keys` file. */
export const isKeysFile = (beginning: string) => LINE.test(beginning.split(/[\r\n]/, 1)[0]!.trim());

/** Whether blocks that follow one another without a blank line are one device's keys or each a device's. */
export type KeyBlocks = 'device' | 'devices';

/** Keys of a device that are read; more are counted, to say how many there are. */
const MAX_READ = 1000;

const newDevice = (): Device => ({ privateKey: [], advertisementKey: [], hashedAdvertisementKey: [] });
const countOf = (device: Device) => Math.max(...Object.values(device).map((keys) => keys.length));

/**
 * The devices of a `.keys` file: blocks of up to three lines, one a key. A blank line ends a device. Throws AppError
 * `bad-request` for any other line, and where several blocks stand together and nothing says whose they are.
 */
export async function* devicesOfKeysFile(
  text: AsyncIterable<string>,
  blocks: KeyBlocks | undefined,
): AsyncGenerator<Device, void, undefined> {
  let device = newDevice();
  let inBlock = new Set<Field>();
  /** A device that has ended, and whether another ended before it. */
  let held: Device | null = null;
  let divided = false;
  let line = 0;
  for await (const sent of linesOf(text)) {
    line++;
    const read = sent.trim();
    const match = LINE.exec(read);
    if (!match && read !== '')
      throw new AppError(
        'bad-request',
        `Line ${line} is not a line of a .keys file. Each reads “Private key: …”, “Advertisement key: …” or “Hashed adv key: …”.`,
      );
    const field = match && labels[match[1]!.toLowerCase() as keyof typeof labels];
    const endsBlock = field === null || inBlock.has(field);
    if (endsBlock) inBlock = new Set();
    if (endsBlock && (field === null || blocks === 'devices') && countOf(device) > 0) {
      if (held) {
        yield held;
        divided = true;
      }
      [held, device] = [device, newDevice()];
    }
    if (field === null) continue;
    inBlock.add(field);
    device[field].push(match![2]!);
    if (countOf(device) > MAX_READ) throw tooMany();
  }
  if (countOf(device) > 0) {
    if (held) {
      yield held;
      divided = true;
    }
    held = device;
  }
  if (!held) return;
  if (!divided && blocks === undefined && countOf(held) > 1) throw ambiguous(countOf(held));
  yield held;
}

async function* linesOf(text: AsyncIterable<string>) {
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    if (rest.length > 4096) throw new AppError('bad-request', 'A line is too long for a .keys file.');
    yield* lines;
  }
  yield rest;
}

const ambiguous = (count: number) =>
  new AppError(
    'bad-request',
    `The file has ${count} keys, and doesn’t say whether they are of one tracker or of ${count}. Choose which, and check it again.`,
  );
const tooMany = () =>
  new AppError(
    'bad-request',
    `The file has more than ${MAX_READ} keys without a blank line between them. A tracker has at most 250: choose “a tracker for each key”, or divide the keys of each tracker by a blank line.`,
  );
