import type { Overview } from '../../../../src-shared/contract/overview.ts';

/** Whether any location report has come in that this person may see. Before that there is nothing to draw. */
export const hasReports = ({ reportsByDay, statusByDay, statusCounts, recentDeliveries }: Overview): boolean =>
  reportsByDay.some(({ reports }) => reports > 0) ||
  statusByDay.some((day) => day.IN_TRANSIT + day.IN_STORAGE + day.DELIVERED > 0) ||
  statusCounts.IN_TRANSIT + statusCounts.IN_STORAGE + statusCounts.DELIVERED > 0 ||
  recentDeliveries.length > 0;
