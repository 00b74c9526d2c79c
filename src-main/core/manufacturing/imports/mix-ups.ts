import { closeChains, type KeyMove } from '../../../../src-shared/domain/key-moves.ts';
import { appendAudit } from '../../audit/append-store.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { judgeKeyMoves, queueKeyMoves } from '../../trackers/move-keys.ts';
import type { SentRow } from './csv-rows.ts';
import type { KnownTracker } from './imported-trackers-store.ts';
import type { Checked, Problem } from './run-import.ts';

/** More than a factory mixes up; they are put right in one transaction. */
const MOST_MOVES = 20_000;

/** Rows of a corrected file that say that devices were mixed up. */
export interface MixUpRows {
  /** A row whose label is `tracker`'s and whose keys are stored with `keysOf`. */
  add(row: { sent: SentRow }, found: { tracker: KnownTracker; keysOf: KnownTracker }): Checked<KeyMove>;
  /** At the end of the file, when it is known whether they are one set: moves the keys, and tells each row what changes. */
  finish(tx: Transaction): Promise<Checked<KeyMove>[]>;
}

export const isMove = <Device extends object>(device: Device | KeyMove): device is KeyMove => 'keysOf' in device;

/** Gathers the rows of one pass over a file. */
export function mixUpRows(by: { jobId: number; userId: number | null; reason: string; now: Date }): MixUpRows {
  const rows: { checked: Checked<KeyMove>; move: KeyMove; tracker: KnownTracker; keysOf: KnownTracker }[] = [];
  return {
    add({ sent }, { tracker, keysOf }) {
      if (rows.length === MOST_MOVES)
        throw new AppError(
          'bad-request',
          `The file says of more than ${MOST_MOVES} devices that they were mixed up. Is it the file of this batch? Nothing was stored.`,
        );
      const move = { trackerId: tracker.id, keysOf: keysOf.id };
      const checked: Checked<KeyMove> = { sent, problems: [], already: false, device: move };
      rows.push({ checked, move, tracker, keysOf });
      return checked;
    },
    async finish(tx) {
      if (rows.length === 0) return [];
      const labelOf = new Map(rows.map(({ keysOf }) => [keysOf.id, keysOf.macAddress]));
      const { closing, open } = closeChains(
        rows.map(({ move }) => move),
        (id) => labelOf.get(id) !== null,
      );
      const rejected = new Map(open.map((move) => [move.trackerId, withoutEnd(move, labelOf)]));
      const good = rows.filter(({ move }) => !rejected.has(move.trackerId));
      if (good.length > 0) {
        const moves = [...good.map(({ move }) => move), ...closing];
        const changes = new Map((await judgeKeyMoves(tx, moves)).map((change) => [change.tracker.id, change]));
        for (const { checked, move } of good) checked.notes = [noteOf(changes.get(move.trackerId)!)];
        await queueKeyMoves(tx, moves, by.now);
        await appendAudit(tx, {
          at: by.now,
          userId: by.userId,
          username: null,
          action: 'trackers.moveKeys',
          resourceType: 'tracker',
          details: { trackerIds: moves.map(({ trackerId }) => trackerId), moves, reason: by.reason, jobId: by.jobId },
        });
      }
      return rows.map(({ checked, move }) => {
        const problem = rejected.get(move.trackerId);
        return problem ? { ...checked, problems: [problem], device: null } : checked;
      });
    },
  };
}

const withoutEnd = ({ keysOf }: KeyMove, labelOf: ReadonlyMap<number, string | null>): Problem => ({
  column: null,
  code: 'mix-up-without-end',
  message: `The tracker with the label ${labelOf.get(keysOf)} has the keys of this row, and no row says which keys it has itself. Add that row, and those that follow from it.`,
  value: null,
});

const counted = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

function noteOf(change: Awaited<ReturnType<typeof judgeKeyMoves>>[number]): string {
  const { tracker, keysOf, reportsGot, reportsGone, visits, deliveries } = change;
  const from = keysOf.macAddress ?? `without a label (tracker ${keysOf.id})`;
  const gone = [
    counted(reportsGone, 'report', 'reports'),
    counted(visits, 'visit', 'visits'),
    counted(deliveries, 'delivery', 'deliveries'),
  ];
  return `${tracker.macAddress} gets the keys of the tracker ${from}, with ${counted(reportsGot, 'report', 'reports')}. Of its own go ${gone[0]}, ${gone[1]} and ${gone[2]}.`;
}
