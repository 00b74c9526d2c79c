import type { ReportCell, ReportColumn } from '../../../../src-shared/contract/report-cells.ts';

/** An order as its client sees it. */
export interface OwnOrder {
  number: string;
  run: string | null;
  state: string;
  dueDate: string | null;
  late: boolean;
  ordered: number;
  allocated: number;
  delivered: number;
}

/** Reads the rows of the report of orders: late ones first, then those under way by their due date, then the rest. */
export function ownOrders(
  columns: readonly ReportColumn[],
  rows: readonly { cells: readonly ReportCell[] }[],
): OwnOrder[] {
  const at = new Map(columns.map(({ id }, n) => [id, n]));
  const orders = rows.map(({ cells }): OwnOrder => {
    const cell = <T>(id: string) => cells[at.get(id) ?? -1] as T;
    return {
      number: cell('order'),
      run: cell('production_run'),
      state: cell('order_state'),
      dueDate: cell('due_date'),
      late: cell('late'),
      ordered: cell('ordered'),
      allocated: cell('allocated'),
      delivered: cell('delivered'),
    };
  });
  const rank = (order: OwnOrder) => (order.late ? 0 : isUnderWay(order) ? 1 : 2);
  return orders.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.dueDate ?? '9999').localeCompare(b.dueDate ?? '9999') * (rank(a) === 2 ? -1 : 1) ||
      b.number.localeCompare(a.number),
  );
}

/** Something of it is still to be fitted or to arrive. */
export const isUnderWay = ({ state, delivered, ordered }: OwnOrder): boolean =>
  state === 'open' || (state === 'filled' && delivered < ordered);

/** The Monday of the week of a day. */
export function mondayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}
