import { randomUUID } from 'node:crypto';
import type { KekHolder } from '../keys/data-keys.ts';
import { hashedKeys } from '../trackers/tracker-keys-store.ts';
import { askSource, isOwnTrouble } from './ask-source.ts';
import { afterFailure, closedCircuit } from './circuit-breaker.ts';
import { type FetcherTotals, searchedAmong, zeroTotals } from './fetch-states-store.ts';
import { type FetcherDeps, REQUEST_TIMEOUT_MS } from './fetcher-deps.ts';
import { type FetcherSettings, readFetcherSettings } from './fetcher-settings.ts';
import {
  type Ask,
  adaptBatchSize,
  capOf,
  Gathering,
  type Judgement,
  packAsks,
  type SourceHabits,
} from './gathering.ts';
import { type StoredAnswer, storeAnswer } from './ingest/store-answer.ts';
import type { Claim } from './schedule/schedule.ts';
import { settleOutcomes } from './settle-outcomes.ts';
import {
  beginTurn,
  cancelTurn,
  endTurn,
  nextTurnAt,
  type SourceRow,
  type Turn,
  type TurnResult,
} from './source-turns-store.ts';
import { sourceLimits } from './sources/index.ts';
import type { FailedAnswer } from './sources/source.ts';

const DAY_MS = 86_400_000;
/** This many empty answers in a row are a failure of the source, not chance. */
const MAX_EMPTY = 3;

/**
 * Works for one report source: claims due trackers, asks for them one request at a time, splits where an answer was
 * saturated, stores what came, and settles the claims. Claims survive from one turn to the next, since the source's
 * interval lies between them.
 */
export class SourceWorker {
  readonly #deps: FetcherDeps;
  readonly #signal: AbortSignal;
  #habits: SourceHabits | null = null;
  /** How many reports the last answer had of each tracker that has many. */
  readonly #expected = new Map<number, number>();
  #gathering: Gathering | null = null;
  readonly #claims = new Map<number, Claim>();
  #hashedKeys = new Map<number, string>();
  #emptyInARow = 0;
  /** Claimed since the last turn's end. */
  #newClaims = 0;

  constructor(deps: FetcherDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** A claim outlives one turn and the wait for the next. */
  #leaseOf(source: SourceRow): number {
    return 3 * (this.#deps.requestTimeoutMs ?? REQUEST_TIMEOUT_MS) + 2000 * source.minIntervalSeconds;
  }

  /** Takes turns until nothing is due or the source must rest. Returns how many requests were made. */
  async run(source: SourceRow): Promise<number> {
    let requests = 0;
    try {
      for (let row: SourceRow | null = source; row && !this.#signal.aborted; requests++) {
        const wait = nextTurnAt(row) - this.#deps.now().getTime();
        if (wait > this.#leaseOf(row) / 2) await this.release();
        if (wait > 0) break;
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
    this.#forgetClaims();
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
    if (!this.#gathering && !(await this.#claim(source, settings))) return null;
    const busyUntil = new Date(now().getTime() + 2 * (this.#deps.requestTimeoutMs ?? REQUEST_TIMEOUT_MS));
    const turn = await beginTurn(db, source.id, { now: now(), busyUntil });
    if (!turn) return null;
    const result = await this.#inTurn(turn, settings, keys).catch(async (error: unknown) => {
      await this.#abandon(turn, error).catch(() => undefined);
      throw error;
    });
    if (!result) {
      await cancelTurn(db, turn);
      return null;
    }
    await endTurn(db, turn, result, now());
    this.#deps.publish({ type: 'fetcher' });
    const { circuit, batchSize, learnedCap } = result;
    return { ...turn.source, ...circuit, batchSize, learnedCap, busyUntil: null };
  }

  /** Null when every tracker was lost to another fetcher, or left the queue, since it was claimed. */
  async #inTurn(turn: Turn, settings: FetcherSettings, keys: KekHolder): Promise<TurnResult | null> {
    const claims = [...this.#claims.values()];
    const now = this.#deps.now().getTime();
    const lost = await this.#deps.schedule.renew(claims, { now, leaseMs: this.#leaseOf(turn.source) });
    await this.#drop(lost, settings, turn);
    const ask = this.#gathering?.peek() ?? null;
    if (ask) return this.#ask(turn, ask, settings, keys);
    this.#gathering = null;
    return null;
  }

  /** A database that does not answer, or keys that were locked, are not the source's fault; an answer that can't be processed may be. */
  async #abandon(turn: Turn, error: unknown): Promise<void> {
    if (isOwnTrouble(error)) return cancelTurn(this.#deps.db, turn);
    const { source } = turn;
    await endTurn(
      this.#deps.db,
      turn,
      {
        circuit: afterFailure(source, { spurious: false, retryAfterMs: null }, this.#deps.now()),
        batchSize: source.batchSize,
        learnedCap: source.learnedCap,
        error: 'Its answer could not be processed on this console; the log says why.',
        saturated: false,
        totals: { ...zeroTotals, requests: 1 },
      },
      this.#deps.now(),
    );
  }

  async #claim(source: SourceRow, settings: FetcherSettings): Promise<boolean> {
    const { db, schedule } = this.#deps;
    const { maxKeys, takesDates } = sourceLimits(source.kind);
    this.#habits ??= { learnedCap: source.learnedCap, honoursDates: takesDates, trust: 0 };
    const now = this.#deps.now().getTime();
    const limit = Math.min(settings.batchSize, source.maxBatchSize, Math.max(1, source.batchSize), maxKeys);
    const claims = await schedule.claim({ now, limit, leaseMs: this.#leaseOf(source) });
    if (claims.length === 0) return false;
    this.#newClaims += claims.length;
    for (const claim of claims) this.#claims.set(claim.trackerId, claim);
    this.#hashedKeys = await hashedKeys(db, [...this.#claims.keys()]);
    const deleted = [...this.#claims.keys()].filter((id) => !this.#hashedKeys.has(id));
    if (deleted.length > 0) await schedule.remove(deleted);
    for (const id of deleted) this.#claims.delete(id);
    const window = { from: now - settings.maxReportAgeDays * DAY_MS, to: now };
    const wanted = [...this.#claims.keys()];
    const searched = new Set(await searchedAmong(db, wanted));
    this.#gathering = new Gathering(this.#habits, packAsks(wanted, this.#expected, this.#habits, window), searched);
    return true;
  }

  async #ask(turn: Turn, ask: Ask, settings: FetcherSettings, keys: KekHolder) {
    const { source } = turn;
    const requestId = randomUUID();
    const started = performance.now();
    const trackerOf = new Map(ask.trackerIds.map((id) => [this.#hashedKeys.get(id)!, id]));
    const answer = await askSource(this.#deps, keys, source, [...trackerOf.keys()], ask, this.#signal);
    const log = { requestId, source: source.name, asked: ask.trackerIds.length, purpose: ask.purpose };
    const durationMs = Math.round(performance.now() - started);
    const totals = { ...zeroTotals };
    if (answer.kind === 'reports') {
      this.#emptyInARow = 0;
      const context = { deps: this.#deps, keys, requestId, sourceId: source.id, cap: capOf(this.#habits!) };
      const stored = await storeAnswer(
        { ...context, maxReportAgeDays: settings.maxReportAgeDays },
        ask,
        answer,
        trackerOf,
      );
      const judgement = await this.#take(turn, settings, stored, totals);
      const { requests: _, claims: __, ...counted } = totals;
      this.#deps.log('info', 'reports fetched', { ...log, durationMs, ...counted, saturated: judgement.saturated });
      return this.#result(turn, ask, totals, judgement.saturated, null);
    }
    if (answer.kind === 'empty' && ++this.#emptyInARow < MAX_EMPTY) {
      const given = this.#gathering!.takeEmpty();
      await this.#giveBack(given);
      this.#deps.log('info', 'empty answer', { ...log, durationMs });
      return this.#result(turn, ask, totals, true, null);
    }
    const failure = answer.kind === 'failed' ? answer : emptyFailure;
    this.#emptyInARow = 0;
    await this.release();
    this.#deps.log('warn', 'report source failed', {
      ...log,
      ...{ durationMs, reason: failure.reason, status: failure.status, detail: failure.message },
    });
    return this.#result(turn, ask, totals, false, failure);
  }

  async #take(turn: Turn, settings: FetcherSettings, stored: StoredAnswer, totals: FetcherTotals): Promise<Judgement> {
    totals.reports = stored.count.total;
    for (const name of ['stored', 'duplicates', 'corrupt', 'decryptFailed'] as const) totals[name] = stored[name];
    const judgement = this.#gathering!.take(stored.count);
    const floor = (this.#habits!.learnedCap ?? 0) / 4;
    for (const { trackerId, found } of judgement.done) {
      if (found > 0 && found >= floor) this.#expected.set(trackerId, found);
      else this.#expected.delete(trackerId);
    }
    Object.assign(totals, await this.#settle(judgement.done, settings, turn, stored.notes));
    if (this.#gathering!.peek() === null) this.#gathering = null;
    return judgement;
  }

  #result(turn: Turn, ask: Ask, totals: FetcherTotals, saturated: boolean, failure: FailedAnswer | null): TurnResult {
    const { source } = turn;
    const habits = this.#habits!;
    const asked = ask.trackerIds.length;
    const max = Math.min(source.maxBatchSize, sourceLimits(source.kind).maxKeys);
    const answered = { asked, total: totals.reports, saturated };
    const adapt = ask.purpose === 'first' && failure === null;
    const stopped = failure?.reason === 'stopped';
    const claims = this.#newClaims;
    this.#newClaims = 0;
    return {
      circuit: failure && !stopped ? afterFailure(source, failure, this.#deps.now()) : this.#answered(source, failure),
      batchSize: adapt ? adaptBatchSize(source.batchSize, answered, habits, max) : source.batchSize,
      learnedCap: habits.learnedCap,
      error: failure && !stopped ? failure.message : null,
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

  async #drop(lost: readonly number[], settings: FetcherSettings, turn: Turn): Promise<void> {
    if (lost.length === 0) return;
    for (const id of lost) this.#claims.delete(id);
    const done = this.#gathering?.drop(new Set(lost)) ?? [];
    await this.#settle(done, settings, turn, new Map());
  }

  async #settle(
    done: Judgement['done'],
    settings: FetcherSettings,
    turn: Turn,
    notes: ReadonlyMap<number, string>,
  ): Promise<{ present: number; absent: number }> {
    const outcomes = done.flatMap((outcome) => {
      const claim = this.#claims.get(outcome.trackerId);
      this.#claims.delete(outcome.trackerId);
      return claim ? [{ ...outcome, claim, note: notes.get(outcome.trackerId) ?? null }] : [];
    });
    return settleOutcomes(this.#deps, settings, turn.source.name, outcomes);
  }

  async #giveBack(trackerIds: readonly number[]): Promise<void> {
    const claims = trackerIds.flatMap((id) => this.#claims.get(id) ?? []);
    for (const id of trackerIds) this.#claims.delete(id);
    if (this.#gathering?.peek() === null) this.#gathering = null;
    if (claims.length > 0) await this.#deps.schedule.release(claims);
  }

  #forgetClaims(): void {
    this.#claims.clear();
    this.#gathering = null;
  }
}

const emptyFailure: FailedAnswer = {
  kind: 'failed',
  reason: 'bad-answer',
  message: `The service answered ${MAX_EMPTY} times in a row with an empty body. It is asked again later.`,
  status: 200,
  retryAfterMs: null,
  spurious: false,
};
