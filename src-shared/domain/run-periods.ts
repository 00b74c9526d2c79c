/** A live run period of a tracker, half-open; epoch milliseconds, minus infinity and infinity where it has no limit. */
export interface RunPeriod {
  id: number;
  productionRunId: number;
  clientId: number;
  from: number;
  to: number;
}
type Target = Pick<RunPeriod, 'productionRunId' | 'clientId'>;

/** What becomes of a period that is there already. */
export interface ChangedPeriod extends RunPeriod {
  isVoided: boolean;
}

export interface PeriodsChange {
  changed: ChangedPeriod[];
  opened: Omit<RunPeriod, 'id'> | null;
  /** The first instant that belongs to another run than before; infinity when there is none. */
  from: number;
}
const nothing: PeriodsChange = { changed: [], opened: null, from: Infinity };

export interface Assignment {
  /** Null takes the tracker out of any run. */
  target: Target | null;
  /** An instant that was named; 'now' when it was said to count from now on. Null leaves it to the rules. */
  since: number | 'now' | null;
  /** An instant before the earliest that is allowed counts as that one. */
  orLater?: boolean | undefined;
  now: number;
}

/** What the rules read of a tracker besides its live periods. */
export interface TrackerPast {
  /** It had a period or an allocation before, voided ones too. */
  isKnown: boolean;
  /** Its present period holds a report that counts. */
  hasCounted: boolean;
}

/** The periods that an instant before the present period's beginning would cut. */
export class TooEarly extends Error {
  readonly periods: readonly RunPeriod[];
  constructor(periods: readonly RunPeriod[]) {
    super('the instant lies before the present run period');
    this.periods = periods;
  }
}

/**
 * What an assignment does to a tracker's live periods (docs/domain-rules.md#run-periods), which are in the order of
 * time. Throws `TooEarly`. Pure.
 */
export function assign(
  periods: readonly RunPeriod[],
  past: TrackerPast,
  { target, since: named, orLater = false, now }: Assignment,
): PeriodsChange {
  const present = presentOf(periods);
  if (present?.productionRunId === target?.productionRunId) return nothing;
  const earliest = present?.from ?? periods.at(-1)?.to ?? -Infinity;
  const soonest = Math.max(now, earliest);
  const since = orLater && typeof named === 'number' ? Math.max(named, earliest) : named;
  if (typeof since === 'number' && since < earliest) throw new TooEarly(periods.filter((period) => period.to > since));
  const from = since === null ? unnamed() : since === 'now' ? soonest : since;

  function unnamed(): number {
    if (target === null) return soonest;
    if (present === null) return past.isKnown ? soonest : -Infinity;
    // Nobody has seen anything of it yet, so it was never meant.
    return !past.hasCounted && present.clientId === target.clientId ? present.from : soonest;
  }
  const changed = present === null ? [] : [endedAt(present, from)];
  if (target === null) return { changed, opened: null, from };
  const before = periods.find((period) => period.to === from && period.productionRunId === target.productionRunId);
  if (before) return { changed: [...changed, { ...before, to: Infinity, isVoided: false }], opened: null, from };
  return { changed, opened: { ...target, from, to: Infinity }, from };
}

/** The present period is the one without an end. */
export const presentOf = (periods: readonly RunPeriod[]): RunPeriod | null => {
  const last = periods.at(-1);
  return last?.to === Infinity ? last : null;
};

/** A period that would be empty is voided. */
const endedAt = (period: RunPeriod, to: number): ChangedPeriod =>
  to <= period.from ? { ...period, isVoided: true } : { ...period, to, isVoided: false };

/** The periods that an allocation opened, ended or replaced. */
export interface AllocationPeriods {
  opened: number | null;
  ended: number | null;
  replaced: RunPeriod | null;
}

/**
 * Takes back what an allocation did: the period that it opened is voided, and its time goes to the one that it
 * replaced, or else to the one that now stands before. Where later moves followed, only the stretch that is left of it
 * goes back. Pure.
 */
export function undo(periods: readonly RunPeriod[], allocation: AllocationPeriods): PeriodsChange {
  const opened = periods.find(({ id }) => id === allocation.opened) ?? null;
  if (allocation.opened !== null) {
    if (opened === null) return nothing;
    const { from, to } = opened;
    const before = allocation.ended === null ? undefined : periods.find((period) => period.to === from);
    const heir = allocation.replaced === null ? before : { ...allocation.replaced, from };
    const given = heir ? joined(periods, { ...heir, to }) : [];
    return { changed: [{ ...opened, isVoided: true }, ...given], opened: null, from };
  }
  if (allocation.replaced !== null) {
    if (presentOf(periods)) return nothing;
    const from = Math.max(allocation.replaced.from, periods.at(-1)?.to ?? -Infinity);
    return { changed: joined(periods, { ...allocation.replaced, from, to: Infinity }), opened: null, from };
  }
  const at = periods.findIndex(({ id }) => id === allocation.ended);
  const ended = periods[at];
  const to = periods[at + 1]?.from ?? Infinity;
  if (ended === undefined || ended.to >= to) return nothing;
  return { changed: joined(periods, { ...ended, to }), opened: null, from: ended.to };
}

/**
 * Takes back what an allocation did, and before it, the latest first, the periods that changes of its order's run opened
 * since. Pure.
 */
export function undoWithMoves(
  periods: readonly RunPeriod[],
  allocation: AllocationPeriods,
  moved: readonly number[],
): PeriodsChange {
  const before = [allocation.opened ?? allocation.ended, ...moved];
  const steps: AllocationPeriods[] = moved.map((id, i) => ({ opened: id, ended: before[i] ?? id, replaced: null }));
  const changed = new Map<number, ChangedPeriod>();
  let live = periods;
  let from = Infinity;
  for (const step of [...steps.reverse(), allocation]) {
    const done = undo(live, step);
    for (const period of done.changed) changed.set(period.id, period);
    const ids = new Set(done.changed.map(({ id }) => id));
    live = [...live.filter(({ id }) => !ids.has(id)), ...done.changed.filter(({ isVoided }) => !isVoided)].sort(
      (a, b) => a.from - b.from,
    );
    from = Math.min(from, done.from);
  }
  return { changed: [...changed.values()], opened: null, from };
}

/** Periods of one run that touch are one, the earlier. */
function joined(periods: readonly RunPeriod[], period: RunPeriod): ChangedPeriod[] {
  const touches = (other: RunPeriod) => other.productionRunId === period.productionRunId && other.id !== period.id;
  const before = periods.find((other) => other.to === period.from && touches(other));
  const after = periods.find((other) => other.from === period.to && touches(other));
  const to = after?.to ?? period.to;
  const gone = [...(after ? [{ ...after, isVoided: true }] : []), ...(before ? [{ ...period, isVoided: true }] : [])];
  return [...gone, { ...(before ?? period), to, isVoided: false }];
}

/** One period is corrected: its run, its beginning or its end. What isn't named stays. */
export interface Correction {
  periodId: number;
  target?: Target | undefined;
  from?: number | undefined;
  to?: number | undefined;
  now: number;
}

/** Why a correction is refused. */
export type Refusal = 'unknown' | 'empty' | 'ahead' | 'swallows' | 'present';
export class WrongCorrection extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/**
 * What a correction of one period does to a tracker's live periods, in the order of time. A neighbour that it would
 * overlap gives way, but is never swallowed; what it leaves belongs to no run. Another run is a period of its own that
 * takes the place of this one. Throws `WrongCorrection`. Pure.
 */
export function correct(periods: readonly RunPeriod[], correction: Correction): PeriodsChange {
  const at = periods.findIndex(({ id }) => id === correction.periodId);
  const was = periods[at];
  if (was === undefined) throw new WrongCorrection('unknown');
  const { target, from = was.from, to = was.to, now } = correction;
  const [earlier, later] = [periods[at - 1], periods[at + 1]];
  if (from >= to) throw new WrongCorrection('empty');
  if (from > now || (to > now && to < Infinity)) throw new WrongCorrection('ahead');
  if (to === Infinity && was.to < Infinity) throw new WrongCorrection('present');
  if ((earlier && from <= earlier.from) || (later && to >= later.to)) throw new WrongCorrection('swallows');
  // It would lie in the midst of a neighbour.
  if ((later && from > later.from) || (earlier && to < earlier.to)) throw new WrongCorrection('swallows');
  const run = target ?? was;
  const live = (period: RunPeriod): ChangedPeriod => ({ ...period, isVoided: false });
  const before = earlier && live({ ...earlier, to: Math.min(earlier.to, from) });
  const after = later && live({ ...later, from: Math.max(later.from, to) });
  const isOf = (other: RunPeriod | undefined) => other?.productionRunId === run.productionRunId;
  const joins = before && isOf(before) && before.to === from ? before : null;
  const joined = after && isOf(after) && after.from === to ? after : null;
  const end = joined?.to ?? to;
  const changed = [before, after].filter(
    (one) => one !== undefined && one !== joins && one !== joined,
  ) as ChangedPeriod[];
  if (joined) changed.push({ ...joined, isVoided: true });
  const stays = joins === null && target?.productionRunId === undefined;
  if (joins) changed.push({ ...joins, to: end });
  const isSame = stays || (joins === null && target?.productionRunId === was.productionRunId);
  changed.push(isSame ? live({ ...was, from, to: end }) : { ...was, isVoided: true });
  const opened =
    isSame || joins ? null : { productionRunId: run.productionRunId, clientId: run.clientId, from, to: end };
  const isRunChanged = run.productionRunId !== was.productionRunId;
  const first = isRunChanged || from !== was.from ? Math.min(from, was.from) : Math.min(to, was.to);
  return { changed: unchangedOut(periods, changed), opened, from: first };
}

/** Only what really changes. */
const unchangedOut = (periods: readonly RunPeriod[], changed: readonly ChangedPeriod[]) =>
  changed.filter(({ isVoided, ...period }) => {
    const was = periods.find(({ id }) => id === period.id);
    return isVoided || was?.from !== period.from || was.to !== period.to;
  });

/** The time that belongs to another run, or to none, after a change. */
export function differences(
  periods: readonly RunPeriod[],
  { changed, opened }: PeriodsChange,
): { from: number; to: number }[] {
  const ids = new Set(changed.map(({ id }) => id));
  const after = [
    ...periods.filter(({ id }) => !ids.has(id)),
    ...changed.filter(({ isVoided }) => !isVoided),
    ...(opened ? [opened] : []),
  ];
  const bounds = [...new Set([...periods, ...after].flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const runAt = (all: readonly Omit<RunPeriod, 'id'>[], from: number, to: number) =>
    all.find((period) => period.from <= from && period.to >= to)?.productionRunId;
  return bounds.slice(1).flatMap((to, i) => {
    const from = bounds[i]!;
    return runAt(periods, from, to) === runAt(after, from, to) ? [] : [{ from, to }];
  });
}
