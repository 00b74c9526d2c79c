import { type Ask, type Canary, type Entry, expectedOf, HOUR_MS, type Span } from './ask.ts';
import { type Knowledge, mostAtOnce } from './knowledge.ts';

/** What an ask may be, and what is at hand for it. */
export interface AskRoom {
  /** Most ids that a request may name, as set. */
  maxIds: number;
  window: Span;
  /** Canaries of trackers in the queue that have the fewest reports, drawn anew for each ask. */
  quiet: readonly Canary[];
  /** A few canaries of trackers in the queue, whose reports are the youngest. */
  young: readonly Canary[];
  /** Nothing more is due now: what is claimed needn't wait for company. */
  exhausted: boolean;
  now: number;
  random: () => number;
}

/** Asks that a tracker waits for company at most, so that requests are full. */
const PATIENCE = 6;
/** One ask in this many is larger than the caps allow. */
const TRY_EVERY = 20;
const TRY_SHARE = 1.25;
/** Reports come in meanwhile: this share of the cap is planned for. */
const ROOM_SHARE = 0.75;
/** A source that names no canary is tried with canaries alone each so many asks. */
const TRIAL_EVERY = 3;
const TRIAL_CANARIES = 4;
const FEWEST_WITH_CANARIES = 3;

/** How many ids the next ask may have. */
export function idsOf(known: Knowledge, maxIds: number): number {
  if (known.idsCap === null) return maxIds;
  const tried = isTry(known) ? Math.max(known.idsCap + 1, Math.ceil(known.idsCap * TRY_SHARE)) : known.idsCap;
  return Math.max(1, Math.min(maxIds, tried));
}
const isTry = (known: Knowledge) => known.asks % TRY_EVERY === TRY_EVERY - 1;

/**
 * What to ask next for the trackers of the pool, or null when nothing of it may be asked now. Those with a canary among
 * their keys are asked together, the others apart, between two quiet canaries. The order of ids is another one each
 * time.
 */
export function planAsk(pool: readonly Entry[], known: Knowledge, room: AskRoom): Ask | null {
  if (known.blindSince !== null && known.asks % TRIAL_EVERY === 0 && room.young.length > 0) return trial(known, room);
  const mayAsk = pool.filter((entry) => entry.asked === 0 || known.credit >= 1);
  const spans = mayAsk.find((entry) => entry.asked > 0 && entry.spans.length > 0);
  if (spans && known.credit >= 1) return spanAsk(spans, known);
  const open = mayAsk
    .filter((entry) => entry.asked === 0 || entry.spans.length === 0)
    .sort((a, b) => a.dueAt - b.dueAt);
  const heard = open.filter((entry) => entry.canaries.length > 0);
  const silent = open.filter((entry) => entry.canaries.length === 0);
  const heardAsk = heard.length > 0 ? askOfSome(heard, known, room) : null;
  if (silent.length === 0) return heardAsk;
  const ids = idsOf(known, room.maxIds);
  const canaries = canariesFor(room, ids, known);
  const silentAsk = askOfSilent(silent, canaries, known, room);
  const impatient = open.find((entry) => entry.passed >= PATIENCE);
  if (impatient) return impatient.canaries.length === 0 || !heardAsk ? silentAsk : heardAsk;
  // Its absences would not be proven: no larger answer came within the last hour.
  const expected = sumOf(canaries);
  if (canaries.length > 0 && mostAtOnce(known, room.now) <= expected) {
    if (heardAsk) return heardAsk;
    const larger = trial(known, room);
    const triedAt = known.triedAt ?? Number.NEGATIVE_INFINITY;
    if (Math.abs(room.now - triedAt) >= HOUR_MS && sumOf(larger.drawn) > expected) return larger;
  }
  if (!heardAsk) return silentAsk;
  const heardIsFull = room.exhausted || heardAsk.entries.length < heard.length || heardAsk.keys.length >= ids;
  const silentIsFull = room.exhausted || silentAsk.keys.length >= ids;
  if (heardIsFull !== silentIsFull) return heardIsFull ? heardAsk : silentAsk;
  return heard[0]!.dueAt <= silent[0]!.dueAt ? heardAsk : silentAsk;
}

const sumOf = (canaries: readonly Canary[]) => canaries.reduce((sum, { reports }) => sum + reports, 0);

/** Two, unless they would fill an answer by themselves. */
function canariesFor(room: AskRoom, ids: number, known: Knowledge): readonly Canary[] {
  const two = room.quiet.slice(0, 2);
  if (ids < FEWEST_WITH_CANARIES || two.length < 2) return [];
  return known.reportCap !== null && 2 * sumOf(two) > known.reportCap ? [] : two;
}

/**
 * Those that were found lately are asked for news, unless the oldest has to be asked for the whole time: then the others
 * that have to come first, and whoever else has room is asked for the whole time with them.
 */
function askOfSome(heard: readonly Entry[], known: Knowledge, room: AskRoom): Ask {
  const most = idsOf(known, room.maxIds);
  const mayNarrow = ({ newsFrom, open, spans }: Entry) =>
    newsFrom !== null && spans.length === 0 && open.length <= most && known.blindSince === null;
  const narrow = heard.filter(mayNarrow);
  const whole = heard.filter((entry) => !mayNarrow(entry));
  const wholeAsk = () => askOfHeard([...whole, ...narrow], known, room);
  if (narrow.length === 0 || !mayNarrow(heard[0]!)) return wholeAsk();
  const [begin, to] = room.window;
  const share = (to - Math.min(...narrow.map(({ newsFrom }) => newsFrom!))) / (to - begin);
  const ask = askOfHeard(narrow, known, room, share);
  // A request less is worth more than a shorter answer.
  if (whole.length > 0 && ask.entries.length === narrow.length && ask.keys.length < most) return wholeAsk();
  return { ...ask, kind: 'news', from: Math.min(...ask.entries.map(({ newsFrom }) => newsFrom!)) };
}

/** `shareOfTime`: how much of the whole time is asked for, and so of the reports. */
function askOfHeard(heard: readonly Entry[], known: Knowledge, room: AskRoom, shareOfTime = 1): Ask {
  const ids = idsOf(known, room.maxIds);
  const share = isTry(known) ? TRY_SHARE : ROOM_SHARE;
  const reports = known.reportCap === null ? Number.POSITIVE_INFINITY : known.reportCap * share;
  const entries: Entry[] = [];
  const keys: string[] = [];
  let sum = 0;
  for (const entry of heard) {
    const expected = Math.ceil(expectedOf(entry) * shareOfTime);
    const fits = sum + expected <= reports && keys.length + entry.open.length <= ids;
    if (entries.length > 0 && !fits) continue;
    entries.push(entry);
    keys.push(...entry.open.slice(0, ids));
    sum += expected;
    if (keys.length >= ids || sum >= reports) break;
  }
  const [from, to] = room.window;
  return { kind: 'heard', keys: shuffled(keys, room.random), entries, drawn: [], from, to, tries: isTry(known) };
}

function askOfSilent(silent: readonly Entry[], canaries: readonly Canary[], known: Knowledge, room: AskRoom): Ask {
  const most = idsOf(known, room.maxIds);
  // Too few for canaries beside it: a key that is asked alone is believed.
  const ids = most < FEWEST_WITH_CANARIES && room.quiet.length > 0 ? 1 : most - canaries.length;
  const entries: Entry[] = [];
  const keys: string[] = [];
  for (const entry of silent) {
    if (entries.length > 0 && keys.length + entry.open.length > ids) continue;
    entries.push(entry);
    // A tracker with more keys than an ask takes is asked in parts.
    keys.push(...entry.open.slice(0, ids));
    if (keys.length >= ids) break;
  }
  const [first, last] = canaries;
  const mixed = shuffled(keys, room.random);
  const [from, to] = room.window;
  const order = first && last ? [first.id, ...mixed, last.id] : mixed;
  return { kind: 'silent', keys: order, entries, drawn: canaries, from, to, tries: isTry(known) };
}

function trial(known: Knowledge, room: AskRoom): Ask {
  const drawn = room.young.slice(0, Math.min(TRIAL_CANARIES, idsOf(known, room.maxIds)));
  const keys = shuffled(
    drawn.map(({ id }) => id),
    room.random,
  );
  return { kind: 'trial', keys, entries: [], drawn, from: room.window[0], to: room.window[1], tries: false };
}

function spanAsk(entry: Entry, known: Knowledge): Ask {
  const [from, to] = entry.spans[0]!;
  const keys = entry.open.slice(0, known.idsCap ?? entry.open.length);
  return { kind: 'span', keys, entries: [entry], drawn: [], from, to, tries: false };
}

/** What an ask takes from, or adds to, what may be spent on asking again: each first ask earns half a request. */
export function creditAfter(known: Knowledge, ask: Ask): number {
  const MOST = 4;
  if (ask.kind === 'trial') return known.credit;
  const again = ask.entries.filter((entry) => entry.asked > 0).length / ask.entries.length;
  return Math.max(0, Math.min(MOST, known.credit + (1 - again) / 2 - again));
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [mixed[i], mixed[other]] = [mixed[other]!, mixed[i]!];
  }
  return mixed;
}
