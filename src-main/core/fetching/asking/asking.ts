import type { AnswerCount, Ask, Entry } from './ask.ts';
import { type JudgeContext, type Judgement, judgeAnswer } from './judge-answer.ts';
import type { Knowledge } from './knowledge.ts';
import { type AskRoom, idsOf, planAsk } from './plan-ask.ts';

/** Claimed for so many full asks, so that those of both kinds are full. */
const ASKS_HELD = 2;

/** The trackers that one source is being asked for, until it is known what the source has of each. */
export class Asking {
  #pool = new Map<number, Entry>();

  get trackerIds(): number[] {
    return [...this.#pool.keys()];
  }

  get entries(): Entry[] {
    return [...this.#pool.values()];
  }

  /** How many more keys may be claimed. */
  room(known: Knowledge, maxIds: number): number {
    const held = this.entries.reduce((sum, entry) => sum + entry.open.length, 0);
    return Math.max(0, ASKS_HELD * idsOf(known, maxIds) - held);
  }

  add(entries: readonly Entry[]): void {
    for (const entry of entries) this.#pool.set(entry.trackerId, entry);
  }

  /** Forgets trackers that are no longer to be asked for. */
  drop(trackerIds: Iterable<number>): void {
    for (const id of trackerIds) this.#pool.delete(id);
  }

  /** What to ask next, or null when nothing that is held may be asked now. */
  next(known: Knowledge, room: AskRoom): Ask | null {
    return planAsk(this.entries, known, room);
  }

  /** Takes the answer. What is known of a tracker, or will not be known by asking now, is no longer held. */
  take(ask: Ask, answer: AnswerCount, known: Knowledge, context: JudgeContext): Judgement {
    const held = { ...ask, entries: ask.entries.filter((entry) => this.#pool.has(entry.trackerId)) };
    const judgement = judgeAnswer(held, answer, known, context);
    for (const entry of held.entries) this.#pool.delete(entry.trackerId);
    for (const [id, entry] of this.#pool) this.#pool.set(id, { ...entry, passed: entry.passed + 1 });
    this.add(judgement.back);
    return judgement;
  }

  /** Lets go of everything: what can't be asked again now is due later. */
  drain(): { found: Entry[]; kept: Entry[] } {
    const left = this.entries;
    this.#pool.clear();
    return { found: left.filter((entry) => entry.found > 0), kept: left.filter((entry) => entry.found === 0) };
  }
}

/** A tracker as it is claimed. Keys that are canaries come first, so that they are in the first part that is asked. */
export function newEntry(
  claim: Pick<Entry, 'trackerId' | 'dueAt'>,
  keys: readonly string[],
  remembered: Pick<Entry, 'canaries' | 'spans' | 'absentOnce' | 'newsFrom' | 'closing'> & { searching: boolean },
): Entry {
  const { canaries, spans, absentOnce, newsFrom, closing, searching } = remembered;
  const known = new Set(canaries.map(({ id }) => id));
  const open = [...keys.filter((id) => known.has(id)), ...keys.filter((id) => !known.has(id))];
  const begun = { asked: 0, passed: 0, found: 0, incomplete: false, whole: null, newsFrom, closing };
  return { ...claim, open, canaries, spans, absentOnce, ...begun, news: searching };
}
