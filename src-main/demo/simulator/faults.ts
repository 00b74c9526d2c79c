import { AppError } from '../../core/platform/errors.ts';

/**
 * Everything that goes wrong on purpose. `off` is 0. A chance is 0 to 1 of what `per` says; a count is a number of its
 * own. `on` is what the plain word `on` means, `usual` what a simulator starts with.
 */
interface FaultDefinition {
  per: 'report' | 'tracker and quarter of a day' | 'answer' | 'key and answer' | 'count' | 'switch';
  usual: number;
  on: number;
  about: string;
}

export const faultDefinitions = {
  late: { per: 'report', usual: 0.06, on: 0.1, about: 'uploaded hours to five days after it was made' },
  duplicate: { per: 'report', usual: 0.04, on: 0.1, about: 'the same payload twice in one answer' },
  inaccurate: { per: 'report', usual: 0.05, on: 0.1, about: 'hundreds of metres off, some of it without admitting so' },
  longPayload: {
    per: 'report',
    usual: 0.5,
    on: 1,
    about: 'payload of 89 bytes, as newer phones send it, instead of 88',
  },
  corrupt: {
    per: 'report',
    usual: 0.02,
    on: 0.1,
    about: 'payload cut short, with a point off the curve, or a wrong tag',
  },
  emptyPosition: { per: 'report', usual: 0.01, on: 0.1, about: 'decrypts to 0/0 with accuracy 0' },
  missing: {
    per: 'tracker and quarter of a day',
    usual: 0.02,
    on: 0.2,
    about: 'absent from an answer that is complete',
  },
  noDatePublished: { per: 'answer', usual: 0.3, on: 1, about: 'older form without datePublished' },
  emptyAnswer: { per: 'answer', usual: 0.02, on: 0.3, about: '200 with an empty body' },
  notJson: { per: 'answer', usual: 0.005, on: 0.2, about: '200 with a body that is not JSON' },
  status401: { per: 'answer', usual: 0.005, on: 1, about: 'login expired (spurious while the chance is below 1)' },
  status429: { per: 'answer', usual: 0.005, on: 0.3, about: 'too many requests, with Retry-After' },
  status500: { per: 'answer', usual: 0, on: 0.2, about: 'server error' },
  status503: { per: 'answer', usual: 0.005, on: 0.3, about: 'unavailable, with Retry-After' },
  status504: { per: 'answer', usual: 0, on: 0.2, about: 'the haystack form’s answer when its anisette is unreachable' },
  status541: { per: 'answer', usual: 0, on: 1, about: 'login expired, as haystack endpoints say it' },
  cap: {
    per: 'count',
    usual: 0,
    on: 40,
    about: 'most reports in one answer; the busiest key of a request fills it first',
  },
  asAsked: {
    per: 'switch',
    usual: 0,
    on: 1,
    about: 'the cap is filled in the order of the request, not by the busiest key',
  },
  capOddHours: { per: 'count', usual: 0, on: 21, about: 'most reports in one answer in every other hour' },
  randomCut: { per: 'answer', usual: 0, on: 0.3, about: 'cut after any number of reports' },
  keyCap: { per: 'count', usual: 0, on: 4, about: 'most keys that one answer names' },
  lastKeys: { per: 'count', usual: 0, on: 1, about: 'only so many ids at the end of a request are answered' },
  omitKeys: { per: 'key and answer', usual: 0, on: 0.2, about: 'left out of the answer' },
  forgetHours: { per: 'count', usual: 0, on: 48, about: 'older reports are not answered' },
  limited: { per: 'switch', usual: 0, on: 1, about: '200 with no results, whatever is asked' },
  idLimit: { per: 'count', usual: 0, on: 64, about: 'ids of a request that are answered; the rest look missing' },
  retryAfter: { per: 'count', usual: 30, on: 30, about: 'seconds in Retry-After' },
  delayMs: { per: 'count', usual: 0, on: 250, about: 'milliseconds before each answer' },
  haystackMerge: { per: 'switch', usual: 1, on: 1, about: 'the haystack form keeps one report a second over all keys' },
  firstEntryOnly: { per: 'switch', usual: 0, on: 1, about: 'the newer form answers the first entry of `fetch` only' },
  dates: { per: 'switch', usual: 0, on: 1, about: 'startDate and endDate narrow the answer (often they do not)' },
} as const satisfies Record<string, FaultDefinition>;

export type FaultName = keyof typeof faultDefinitions;
export type Faults = Readonly<Record<FaultName, number>>;
export const faultNames = Object.keys(faultDefinitions) as FaultName[];

const all = (value: (definition: FaultDefinition) => number): Faults =>
  Object.fromEntries(faultNames.map((name) => [name, value(faultDefinitions[name])])) as Faults;

/** What a simulator starts with: every kind of bad report, and a bad answer now and then. */
export const usualFaults: Faults = all((definition) => definition.usual);
/** An obedient server: nothing goes wrong. */
export const noFaults: Faults = all(() => 0);

/** `base` with changes. A value outside its range is an AppError `validation-failed`. */
export function withFaults(base: Faults, changes: Partial<Record<FaultName, number>>): Faults {
  const merged = { ...base };
  for (const [name, value] of Object.entries(changes)) merged[faultNamed(name)] = checked(faultNamed(name), value);
  return merged;
}

/** Reads `late=0.1`, `status429=off`, `cap=on`. */
export function parseFault(text: string): Partial<Record<FaultName, number>> {
  const [name = '', value = 'on'] = text.split('=');
  const fault = faultNamed(name.trim());
  if (value === 'off') return { [fault]: 0 };
  if (value === 'on') return { [fault]: faultDefinitions[fault].on };
  return { [fault]: checked(fault, value.trim() === '' ? Number.NaN : Number(value)) };
}

function faultNamed(name: string): FaultName {
  if (Object.hasOwn(faultDefinitions, name)) return name as FaultName;
  throw new AppError('validation-failed', `There is no fault “${name}”. Known ones: ${faultNames.join(', ')}.`);
}

function checked(name: FaultName, value: number): number {
  const { per } = faultDefinitions[name];
  const fits =
    per === 'count' ? Number.isInteger(value) && value >= 0 : per === 'switch' ? value === 0 || value === 1 : true;
  if (fits && value >= 0 && (per === 'count' || value <= 1)) return value;
  const range = per === 'count' ? 'a whole number from 0' : per === 'switch' ? 'on or off' : 'between 0 and 1';
  throw new AppError('validation-failed', `The fault ${name} takes ${range}, not ${value}.`);
}

/** One line a fault: name, value and what it does. */
export function describeFaults(faults: Faults): string[] {
  return faultNames.map((name) => {
    const { per, about } = faultDefinitions[name];
    const value = faults[name] === 0 ? 'off' : per === 'switch' ? 'on' : String(faults[name]);
    const each = per === 'count' || per === 'switch' ? '' : ` per ${per}`;
    return `${name.padEnd(16)} ${(value + each).padEnd(38)} ${about}`;
  });
}
