/** What one request asks for: trackers, and the times (epoch milliseconds) between which reports are wanted. */
export interface Ask {
  readonly trackerIds: readonly number[];
  readonly from: number;
  readonly to: number;
  /** Why it asks: for the first time, again because an answer was saturated, for a part of the time, or as a check. */
  readonly purpose: 'first' | 'split' | 'window' | 'verify';
  /** With `verify`: the trackers that the doubtful answer had reports of, and how many reports it had in all. */
  readonly doubted?: { readonly present: readonly number[]; readonly count: number };
}

/** What an answer held, counted before anything is decrypted. */
export interface AnswerCount {
  /** Reports of each tracker that was asked for; those without any are not there. */
  found: ReadonlyMap<number, number>;
  /** All reports in the answer. */
  total: number;
  /** Reports whose own time lies outside of what was asked for. */
  outside: number;
  /** Trackers of which at least one report was not stored before. */
  withNews: ReadonlySet<number>;
}

/** What is known of one source's habits; `learnedCap` is kept, the rest is learned again after a start. */
export interface SourceHabits {
  learnedCap: number | null;
  /** False once an answer had reports from outside of the dates asked for. */
  honoursDates: boolean;
  /** Checks in a row that found a doubtful answer to be complete. */
  trust: number;
}

export interface Outcome {
  trackerId: number;
  found: number;
  /**
   * The tracker alone fills an answer, and the source can't be asked for parts: older reports may be missing. Null when
   * the answer that it filled held nothing new: what was known before still holds.
   */
  incomplete: boolean | null;
}

export interface Judgement {
  done: Outcome[];
  saturated: boolean;
}

/** The lowest cap on an answer that accounts were seen to have (docs/find-my.md#apples-endpoints). */
const CAP_FLOOR = 20;
/** Shortest time that is still asked for by itself. */
const MIN_WINDOW_MS = 3_600_000;
/** Payload times are whole seconds, and services round dates. */
const WINDOW_SLACK_MS = 60_000;
/** After this many good checks only every tenth doubtful answer is checked. */
const TRUSTED = 3;
const CHECK_EVERY = 10;

export const isOutside = (ask: Ask, timestampMs: number) =>
  timestampMs < ask.from - WINDOW_SLACK_MS || timestampMs > ask.to + WINDOW_SLACK_MS;

/** An answer that reaches this count says nothing about what is missing from it. */
export const capOf = (habits: SourceHabits) => Math.max(CAP_FLOOR, habits.learnedCap ?? 0);

/**
 * The trackers that one source is being asked for, until it is known what the source has of each. An answer is
 * saturated when it has as many reports as the source was ever seen to give (at least CAP_FLOOR): then all its trackers
 * are asked again in smaller groups, those that fill an answer by themselves alone, and these in shorter and shorter
 * times where the source honours dates. An answer between the floor and the learned cap with keys missing is checked by
 * asking for these keys alone; reports that turn up prove a lower cap.
 */
export class Gathering {
  readonly #habits: SourceHabits;
  readonly #asks: Ask[];
  readonly #state = new Map<number, { open: number; found: number; news: boolean; incomplete: boolean | null }>();
  readonly #searched: ReadonlySet<number>;
  #doubts = 0;

  /** @param searched trackers whose search in parts was broken off: their time is searched, news or not */
  constructor(habits: SourceHabits, asks: readonly Ask[], searched: ReadonlySet<number> = new Set()) {
    this.#habits = habits;
    this.#searched = searched;
    this.#asks = [];
    for (const ask of [...asks].reverse()) this.#push(ask);
  }

  /** What to ask next, or null when everything is known. */
  peek(): Ask | null {
    return this.#asks.at(-1) ?? null;
  }

  /** Everything that is still open. */
  openTrackers(): number[] {
    return [...this.#state.keys()];
  }

  /** Forgets trackers that are no longer to be asked for. Returns those of which everything is known now. */
  drop(trackerIds: ReadonlySet<number>): Outcome[] {
    if (trackerIds.size === 0) return [];
    for (const id of trackerIds) this.#state.delete(id);
    const asks = this.#asks.map((ask) => ({
      ...ask,
      trackerIds: ask.trackerIds.filter((id) => !trackerIds.has(id)),
    }));
    this.#asks.splice(0, this.#asks.length, ...asks.filter((ask) => ask.trackerIds.length > 0));
    return asks.filter((ask) => ask.trackerIds.length === 0).flatMap((ask) => this.#close(ask));
  }

  /** Takes the answer to `peek()`. */
  take(answer: AnswerCount): Judgement {
    const ask = this.#asks.pop()!;
    if (ask.purpose === 'verify') this.#takeCheck(ask, answer);
    const cap = capOf(this.#habits);
    const saturated = answer.total >= cap;
    if (answer.total > cap || (saturated && this.#habits.learnedCap === null)) this.#habits.learnedCap = answer.total;
    for (const [id, count] of answer.found) {
      const state = this.#state.get(id);
      if (!state) continue;
      state.found = Math.max(state.found, count);
      state.news ||= answer.withNews.has(id);
    }
    if (ask.purpose === 'window' && answer.outside > 0) this.#habits.honoursDates = false;
    if (saturated) this.#split(ask, answer);
    else this.#doubt(ask, answer);
    return { done: this.#close(ask), saturated };
  }

  /**
   * Takes a 200 with an empty body, which tells nothing. A tracker that was asked for alone is given up for now and
   * returned.
   */
  takeEmpty(): number[] {
    const ask = this.#asks.pop()!;
    if (ask.trackerIds.length > 1) {
      for (const half of halves(ask.trackerIds)) this.#push({ ...ask, trackerIds: half });
      this.#close(ask);
      return [];
    }
    const given = ask.trackerIds.concat(ask.doubted?.present ?? []);
    this.drop(new Set(given));
    return given;
  }

  #takeCheck(ask: Ask, answer: AnswerCount): void {
    if (answer.total === 0) {
      this.#habits.trust++;
      return;
    }
    const { present, count } = ask.doubted!;
    this.#habits.trust = 0;
    this.#habits.learnedCap = Math.max(CAP_FLOOR, count);
    for (const half of halves(present)) this.#push({ ...again(ask), trackerIds: half });
  }

  #doubt(ask: Ask, answer: AnswerCount): void {
    if (answer.total < CAP_FLOOR) return;
    const missing = ask.trackerIds.filter((id) => !answer.found.has(id));
    if (missing.length === 0 || missing.length === ask.trackerIds.length) return;
    if (this.#habits.trust >= TRUSTED && ++this.#doubts % CHECK_EVERY !== 0) return;
    const present = ask.trackerIds.filter((id) => answer.found.has(id));
    this.#push({ ...ask, trackerIds: missing, purpose: 'verify', doubted: { present, count: answer.total } });
  }

  #split(ask: Ask, answer: AnswerCount): void {
    const cap = capOf(this.#habits);
    const alone = ask.trackerIds.filter((id) => answer.found.get(id) === answer.total);
    for (const id of alone) this.#splitTime(ask, id);
    const others = ask.trackerIds.filter((id) => !alone.includes(id));
    const busy = others.filter((id) => (answer.found.get(id) ?? 0) >= cap / 2);
    const rest = others.filter((id) => !busy.includes(id));
    const groups = alone.length + busy.length > 0 ? [rest] : halves(rest);
    for (const group of groups) if (group.length > 0) this.#push({ ...again(ask), trackerIds: group });
    for (const id of busy) this.#push({ ...again(ask), trackerIds: [id] });
  }

  /** A tracker that fills an answer by itself. If nothing new has come so far, its time is not searched any further. */
  #splitTime(ask: Ask, id: number): void {
    const state = this.#state.get(id);
    if (!state) return;
    if (!state.news) {
      if (!state.incomplete) state.incomplete = null;
      return;
    }
    if (!this.#habits.honoursDates || ask.to - ask.from < 2 * MIN_WINDOW_MS) {
      state.incomplete = true;
      return;
    }
    const middle = Math.floor((ask.from + ask.to) / 2);
    const part = { trackerIds: [id], purpose: 'window' } as const;
    this.#push({ ...part, from: ask.from, to: middle });
    this.#push({ ...part, from: middle, to: ask.to });
  }

  #push(ask: Ask): void {
    for (const id of ask.trackerIds.concat(ask.doubted?.present ?? [])) {
      const state = this.#state.get(id);
      if (state) state.open++;
      else this.#state.set(id, { open: 1, found: 0, news: this.#searched.has(id), incomplete: false });
    }
    this.#asks.push(ask);
  }

  #close(ask: Ask): Outcome[] {
    const done: Outcome[] = [];
    for (const id of ask.trackerIds.concat(ask.doubted?.present ?? [])) {
      const state = this.#state.get(id);
      if (!state || --state.open > 0) continue;
      this.#state.delete(id);
      done.push({ trackerId: id, found: state.found, incomplete: state.incomplete });
    }
    return done;
  }
}

const again = ({ from, to, purpose }: Ask) =>
  ({ from, to, purpose: purpose === 'window' ? purpose : 'split' }) as const;

function halves(ids: readonly number[]): number[][] {
  if (ids.length < 2) return ids.length === 0 ? [] : [[...ids]];
  const middle = Math.ceil(ids.length / 2);
  return [ids.slice(0, middle), ids.slice(middle)];
}

/**
 * Groups trackers for the first request, so that what the last answers held of each adds up to less than three quarters
 * of the cap; one that is known to fill an answer is asked for alone.
 */
export function packAsks(
  trackerIds: readonly number[],
  expected: ReadonlyMap<number, number>,
  habits: SourceHabits,
  window: { from: number; to: number },
): Ask[] {
  const room = capOf(habits) * 0.75;
  const groups: number[][] = [];
  let group: number[] = [];
  let sum = 0;
  for (const id of trackerIds) {
    const count = expected.get(id) ?? 0;
    if (count >= room) {
      groups.push([id]);
      continue;
    }
    if (group.length > 0 && sum + count >= room) {
      groups.push(group);
      group = [];
      sum = 0;
    }
    group.push(id);
    sum += count;
  }
  if (group.length > 0) groups.push(group);
  return groups.map((ids) => ({ ...window, trackerIds: ids, purpose: 'first' }));
}

/** A source's batch size after an answer to a first request: halved when saturated, grown by an eighth when sparse. */
export function adaptBatchSize(
  current: number,
  answer: { asked: number; total: number; saturated: boolean },
  habits: SourceHabits,
  max: number,
): number {
  if (answer.saturated && answer.asked > 1) return Math.max(1, Math.floor(Math.min(current, answer.asked) / 2));
  if (!answer.saturated && answer.total < capOf(habits) / 2 && answer.asked >= current) {
    return Math.min(max, current + Math.max(1, Math.floor(current / 8)));
  }
  return Math.min(current, max);
}
