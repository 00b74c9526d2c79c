import { randomBytes, randomUUID } from 'node:crypto';
import { soonMs } from '../../../src-shared/domain/fetch-backoff.ts';
import type { KekHolder } from '../keys/data-keys.ts';
import { askSource, isOwnTrouble } from './ask-source.ts';
import { type Ask, CANARY_MARGIN_MS, DAY_MS, HOUR_MS } from './asking/ask.ts';
import { Asking } from './asking/asking.ts';
import { drawQuiet, type OwnedCanary, saveCanaries, youngest } from './asking/canaries-store.ts';
import type { Judgement } from './asking/judge-answer.ts';
import type { Knowledge } from './asking/knowledge.ts';
import type { NewsWindow } from './asking/narrow.ts';
import { type AskRoom, idsOf } from './asking/plan-ask.ts';
import { afterFailure, type Circuit, closedCircuit } from './circuit-breaker.ts';
import { claimEntries } from './claim-entries.ts';
import { type FetcherTotals, unprovenAreDue, zeroTotals } from './fetch-states-store.ts';
import { type FetcherDeps, REQUEST_TIMEOUT_MS } from './fetcher-deps.ts';
import { type FetcherSettings, readFetcherSettings } from './fetcher-settings.ts';
import type { SeenPayloads } from './ingest/seen-payloads.ts';
import { type StoredAnswer, storeAnswer } from './ingest/store-answer.ts';
import type { LoginFiles } from './logins/login-files.ts';
import type { Claim } from './schedule/schedule.ts';
import { type Outcome, settleOutcomes } from './settle-outcomes.ts';
import {
  beginTurn,
  cancelTurn,
  endTurn,
  nextTurnAt,
  prolongTurn,
  type SourceRow,
  TURN_MS,
  type Turn,
  type TurnResult,
} from './source-turns-store.ts';
import { sourceLimits } from './sources/index.ts';
import type { FailedAnswer, FetchAnswer } from './sources/source.ts';
import { isOfStrangers, rememberStrangers, strangersFailure } from './strangers.ts';

/** This many empty answers in a row are a failure of the source, not chance. */
const MAX_EMPTY = 3;
const PROLONG_EVERY_MS = 5000;
const DRAWN = 4;
const HASH_BYTES = 32;

/**
 * Works for one report source: claims due trackers, asks for them one request at a time, stores what came, and settles
 * the claims. Claims survive from one turn to the next, since the source's interval lies between them.
 */
export class SourceWorker {
  readonly #deps: FetcherDeps;
  readonly #signal: AbortSignal;
  readonly #logins: LoginFiles;
  readonly #seen: SeenPayloads;
  readonly #asking = new Asking();
  readonly #claims = new Map<number, Claim>();
  readonly #trackerOf = new Map<string, number>();
  /** Nothing more was due when it last claimed. */
  #exhausted = false;
  #emptyInARow = 0;
  /** Keys of a tracker, as the last claim had them. */
  #keysEach = 1;
  #renewedAt = 0;
  /** Claimed since the last turn's end. */
  #newClaims = 0;

  constructor(deps: FetcherDeps, held: { logins: LoginFiles; seen: SeenPayloads }, signal: AbortSignal) {
    this.#deps = deps;
    this.#logins = held.logins;
    this.#seen = held.seen;
    this.#signal = signal;
  }

  /** A claim outlives one turn; it is prolonged while the source's interval lasts. */
  get #leaseMs(): number {
    return 3 * (this.#deps.requestTimeoutMs ?? REQUEST_TIMEOUT_MS);
  }

  /** Takes turns until nothing is due or the source must rest. Returns how many requests were made. */
  async run(source: SourceRow): Promise<number> {
    let requests = 0;
    try {
      for (let row: SourceRow | null = source; row && !this.#signal.aborted; requests++) {
        const now = this.#deps.now().getTime();
        const isTaken = (row.busyUntil?.getTime() ?? 0) > now && nextTurnAt(row, now) > now;
        const pausedFor = (row.pausedUntil?.getTime() ?? 0) - now;
        if (isTaken || pausedFor > this.#leaseMs / 2) await this.release();
        if (nextTurnAt(row, now) > now) {
          if (Math.abs(now - this.#renewedAt) > this.#leaseMs / 3) await this.#renew(now);
          break;
        }
        row = await this.#turn(row);
        if (row === null) break;
      }
    } catch (error) {
      await this.release().catch(() => undefined);
      throw error;
    }
    if (this.#signal.aborted) await this.release();
    return requests;
  }

  /** Gives back whatever is claimed. If this fails, the leases lapse by themselves. */
  async release(): Promise<void> {
    const claims = [...this.#claims.values()];
    this.#asking.drop(this.#claims.keys());
    this.#claims.clear();
    this.#trackerOf.clear();
    if (claims.length > 0) await this.#deps.schedule.release(claims);
  }

  /** One request, if there is something to ask and the source is free. Returns the source as it is then. */
  async #turn(source: SourceRow): Promise<SourceRow | null> {
    const { db, now } = this.#deps;
    const settings = await readFetcherSettings(db);
    const keys = this.#deps.keys();
    if (settings.paused || keys === null) {
      await this.release();
      return null;
    }
    await this.#claim(source, settings);
    if (this.#claims.size === 0) return null;
    const busyUntil = () => new Date(now().getTime() + TURN_MS);
    const turn = await beginTurn(db, source.id, { now: now(), busyUntil: busyUntil() });
    if (!turn) {
      // Another console asks it, and has claims of its own: these are for whoever is free.
      await this.release();
      return null;
    }
    const prolonging = setInterval(() => prolongTurn(db, turn, busyUntil()).catch(() => undefined), PROLONG_EVERY_MS);
    const result = await this.#inTurn(turn, settings, keys)
      .catch(async (error: unknown) => {
        await this.#abandon(turn, error).catch(() => undefined);
        throw error;
      })
      .finally(() => clearInterval(prolonging));
    if (!result) {
      await cancelTurn(db, turn);
      return null;
    }
    await endTurn(db, turn, result, now());
    this.#deps.publish({ type: 'fetcher' });
    return { ...turn.source, ...result.circuit, known: result.known, busyUntil: null };
  }

  /** Null when nothing that is claimed may be asked now. */
  async #inTurn(turn: Turn, settings: FetcherSettings, keys: KekHolder): Promise<TurnResult | null> {
    const { source } = turn;
    const now = this.#deps.now().getTime();
    await this.#renew(now);
    const room = await this.#room(source, settings, now);
    const ask = this.#asking.next(source.known, room);
    if (ask) return this.#ask(turn, ask, room, settings, keys);
    const left = this.#asking.drain();
    await this.#settle({ ...left, absent: [], unproven: [] }, settings, source, new Map());
    return null;
  }

  /** Prolongs the leases of what is claimed, and forgets what was lost. */
  async #renew(now: number): Promise<void> {
    const claims = [...this.#claims.values()];
    this.#renewedAt = now;
    if (claims.length === 0) return;
    const lost = await this.#deps.schedule.renew(claims, { now, leaseMs: this.#leaseMs });
    for (const id of lost) this.#claims.delete(id);
    this.#asking.drop(lost);
  }

  /** A database that does not answer, or keys that were locked, are not the source's fault; an answer that can't be processed may be. */
  async #abandon(turn: Turn, error: unknown): Promise<void> {
    if (isOwnTrouble(error)) return cancelTurn(this.#deps.db, turn);
    const circuit = afterFailure(turn.source, { spurious: false, retryAfterMs: null }, this.#deps.now());
    const message = 'Its answer could not be processed on this console; the log says why.';
    const result = { ...this.#result(turn, zeroTotals, false, null), circuit, error: message };
    await endTurn(this.#deps.db, turn, result, this.#deps.now());
  }

  #maxIds(source: SourceRow, settings: FetcherSettings): number {
    return Math.min(settings.batchSize, source.maxBatchSize, sourceLimits(source.kind).maxKeys);
  }

  async #claim(source: SourceRow, settings: FetcherSettings): Promise<void> {
    const limit = this.#asking.room(source.known, this.#maxIds(source, settings));
    if (limit === 0) return;
    const window = this.#windowOf(source, settings, this.#deps.now().getTime());
    const company = this.#claims.size > 0;
    const news = honoursDates(source) ? this.#newsOf(settings, window) : null;
    const asked = {
      sourceId: source.id,
      age: window.age,
      company,
      soonMs: soonMs(settings),
      news,
      closing: settings.closingAskHours > 0,
    };
    const options = { limit, keysEach: this.#keysEach, leaseMs: this.#leaseMs, ...asked };
    const { claims, entries, exhausted } = await claimEntries(this.#deps, options);
    this.#exhausted = exhausted;
    if (entries.length > 0) {
      this.#keysEach = Math.max(1, entries.reduce((sum, { open }) => sum + open.length, 0) / entries.length);
    }
    this.#newClaims += claims.length;
    const claimOf = new Map(claims.map((claim) => [claim.trackerId, claim]));
    for (const entry of entries) {
      this.#claims.set(entry.trackerId, claimOf.get(entry.trackerId)!);
      for (const id of entry.open) this.#trackerOf.set(id, entry.trackerId);
    }
    this.#asking.add(entries);
  }

  /** The time that is asked for, and the reports in it that make a canary. */
  #windowOf(source: SourceRow, settings: FetcherSettings, now: number) {
    const windowMs = settings.maxReportAgeDays * DAY_MS;
    const assumed = source.assumed.reachDays === null ? source.known.reachMs : source.assumed.reachDays * DAY_MS;
    const reach = Math.min(windowMs, assumed ?? windowMs);
    return { windowMs, age: { from: new Date(now - reach + CANARY_MARGIN_MS), now: new Date(now) } };
  }

  /** What is asked of trackers that were found lately. */
  #newsOf(settings: FetcherSettings, { windowMs, age }: { windowMs: number; age: { now: Date } }): NewsWindow {
    return { now: age.now.getTime(), windowMs, overlapMs: settings.overlapHours * HOUR_MS };
  }

  async #room(source: SourceRow, settings: FetcherSettings, now: number): Promise<AskRoom> {
    const { db, schedule } = this.#deps;
    const { windowMs, age } = this.#windowOf(source, settings, now);
    const inQueue = async (canaries: OwnedCanary[]) => {
      const found = await Promise.all(canaries.map(({ trackerId }) => schedule.get(trackerId)));
      return canaries.filter((_, n) => found[n]);
    };
    const start = randomBytes(HASH_BYTES);
    const quiet = await inQueue(await drawQuiet(db, source.id, start, age, 2 * DRAWN));
    const young = await inQueue(await youngest(db, source.id, age, DRAWN));
    for (const { id, trackerId } of [...quiet, ...young]) this.#trackerOf.set(id, trackerId);
    return {
      maxIds: this.#maxIds(source, settings),
      window: [now - windowMs, now],
      ...{ quiet, young, exhausted: this.#exhausted, now, random: this.#deps.random ?? Math.random },
    };
  }

  async #ask(turn: Turn, ask: Ask, room: AskRoom, settings: FetcherSettings, keys: KekHolder): Promise<TurnResult> {
    const { source } = turn;
    const requestId = randomUUID();
    const started = performance.now();
    const trackerOf = new Map(ask.keys.map((id) => [id, this.#trackerOf.get(id)!]));
    const answer = await this.#answerOf(source, ask, keys);
    const log = { requestId, source: source.name, asked: ask.keys.length, purpose: ask.kind };
    const durationMs = Math.round(performance.now() - started);
    const totals = { ...zeroTotals };
    if (answer.kind === 'reports') rememberStrangers(source.known, answer, trackerOf, this.#deps.now().getTime());
    if (answer.kind === 'reports' && !isOfStrangers(answer, trackerOf)) {
      this.#emptyInARow = 0;
      const context = {
        deps: this.#deps,
        keys,
        requestId,
        sourceId: source.id,
        cap: source.known.reportCap,
        seen: this.#seen,
      };
      const stored = await storeAnswer(
        { ...context, maxReportAgeDays: settings.maxReportAgeDays },
        ask,
        answer,
        trackerOf,
      );
      const saturated = await this.#take(turn, ask, room, settings, stored, totals);
      const { requests: _, claims: __, ...counted } = totals;
      this.#deps.log('info', 'reports fetched', { ...log, durationMs, ...counted, saturated });
      return this.#result(turn, totals, saturated, null);
    }
    if (answer.kind === 'empty' && ++this.#emptyInARow < MAX_EMPTY) {
      // It tells nothing of anybody: the same trackers are asked for once more.
      this.#deps.log('info', 'empty answer', { ...log, durationMs });
      return this.#result(turn, totals, true, null);
    }
    const failure = answer.kind === 'failed' ? answer : answer.kind === 'empty' ? emptyFailure : strangersFailure;
    this.#emptyInARow = 0;
    await this.release();
    this.#deps.log('warn', 'report source failed', {
      ...log,
      ...{ durationMs, reason: failure.reason, status: failure.status, detail: failure.message },
    });
    return this.#result(turn, totals, false, failure);
  }

  /** Asks once; where the login is refused and its file has a fresh one, a second time at once. */
  async #answerOf(source: SourceRow, ask: Ask, keys: KekHolder): Promise<FetchAnswer> {
    const of = (asked: SourceRow) => askSource(this.#deps, keys, asked, ask.keys, ask, this.#signal);
    const answer = await of(source);
    if (answer.kind !== 'failed' || answer.reason !== 'login-expired') return answer;
    const renewed = await this.#logins.renew(source, keys);
    return renewed ? of(renewed) : answer;
  }

  /** Judges an answer and settles what is known by it. Returns whether it was cut. */
  async #take(
    { source }: Turn,
    ask: Ask,
    room: AskRoom,
    settings: FetcherSettings,
    stored: StoredAnswer,
    totals: FetcherTotals,
  ): Promise<boolean> {
    const { db, schedule } = this.#deps;
    totals.reports = stored.count.total;
    for (const name of ['stored', 'duplicates', 'corrupt', 'decryptFailed', 'tooOld', 'ahead'] as const)
      totals[name] = stored[name];
    const [from, to] = room.window;
    const judgement = this.#asking.take(ask, stored.count, source.known, {
      now: to,
      windowMs: to - from,
      newerForm: source.kind === 'apple-newer',
      hadCanaries: room.quiet.length + room.young.length > 0,
      honoursDates: honoursDates(source),
    });
    const canaries = judgement.canaries.map((canary) => ({ ...canary, trackerId: this.#trackerOf.get(canary.id)! }));
    await saveCanaries(db, source.id, canaries, judgement.retired);
    Object.assign(totals, await this.#settle(judgement, settings, source, stored.notes));
    if (judgement.sees) {
      const due = await unprovenAreDue(db, source.id, new Date(to));
      await schedule.makeDue(due, to);
    }
    return judgement.saturated;
  }

  #result(turn: Turn, totals: FetcherTotals, saturated: boolean, failure: FailedAnswer | null): TurnResult {
    const { source } = turn;
    const stopped = failure?.reason === 'stopped';
    const claims = this.#newClaims;
    this.#newClaims = 0;
    const failed = failure && !stopped;
    const circuit = failed ? afterFailure(source, failure, this.#deps.now()) : this.#answered(source, failure);
    return {
      circuit,
      known: source.known,
      ids: idsOf(source.known, Math.min(source.maxBatchSize, sourceLimits(source.kind).maxKeys)),
      error: failed ? failure.message : null,
      login: source.credentials === null ? null : toldOfLogin(failure, circuit),
      saturated,
      totals: { ...totals, requests: 1, claims },
    };
  }

  /** An answer closes the circuit; an empty one, or one cut off because we are stopping, proves nothing. */
  #answered(source: SourceRow, failure: FailedAnswer | null) {
    if (failure === null && this.#emptyInARow === 0) return closedCircuit;
    const { circuit, consecutiveFailures, pausedUntil } = source;
    return { circuit, consecutiveFailures, pausedUntil };
  }

  async #settle(
    known: Pick<Judgement, 'found' | 'absent' | 'unproven' | 'kept'>,
    settings: FetcherSettings,
    source: SourceRow,
    notes: ReadonlyMap<number, string>,
  ): Promise<{ present: number; absent: number }> {
    const outcomes = (['found', 'absent', 'unproven', 'kept'] as const).flatMap((result) =>
      known[result].flatMap((entry): Outcome[] => {
        const claim = this.#claims.get(entry.trackerId);
        this.#claims.delete(entry.trackerId);
        return claim ? [{ entry, result, claim, note: notes.get(entry.trackerId) ?? null }] : [];
      }),
    );
    const { id, name, known: learned } = source;
    return settleOutcomes(this.#deps, settings, { id, name, blind: learned.blindSince !== null }, outcomes);
  }
}

/** A login is refused once it was twice in a row, or in a way that never comes at random. */
function toldOfLogin(failure: FailedAnswer | null, { circuit }: Circuit): TurnResult['login'] {
  if (failure === null) return 'worked';
  return failure.reason === 'login-expired' && circuit === 'open' ? 'refused' : null;
}

/** As set, else as learned, else as its kind is said to. */
const honoursDates = ({ assumed, known, kind }: SourceRow & { known: Knowledge }): boolean =>
  assumed.honoursDates ?? known.honoursDates ?? sourceLimits(kind).takesDates;

const emptyFailure: FailedAnswer = {
  kind: 'failed',
  reason: 'bad-answer',
  message: `The service answered ${MAX_EMPTY} times in a row with an empty body. It is asked again later.`,
  status: 200,
  retryAfterMs: null,
  spurious: false,
};
