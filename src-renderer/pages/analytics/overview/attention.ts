import {
  IconAlertTriangle,
  IconBell,
  IconClockExclamation,
  IconCloudOff,
  IconDeviceDesktopX,
  IconKeyOff,
  IconPackages,
  type IconProps,
  IconVolumeOff,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { AlertSummary } from '../../../../src-shared/contract/alerts.ts';
import type { DifferenceCounts } from '../../../../src-shared/contract/box-differences.ts';
import type { Console } from '../../../../src-shared/contract/consoles.ts';
import type { FetcherState } from '../../../../src-shared/contract/fetcher.ts';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { nameOf, sentencesOf } from '../../../components/console-words.ts';
import { boxDifferences as boxWords } from '../../../strings/box-differences.ts';
import { overview as words } from '../../../strings/overview.ts';

export interface AttentionItem {
  key: string;
  icon: ComponentType<IconProps>;
  title: string;
  detail: string;
  to: string;
}

/** The list behind the count of silent trackers. */
export const silentTrackers = ({ trackers }: Pick<Overview, 'trackers'>): string =>
  `/trackers?silentForHours=${trackers.silentAfterHours}&expected=true&sort=lastReportedAt`;
export const LATE_ORDERS = '/orders?late=1&sort=due';
const MAX_LATE_ORDERS = 4;

/** What somebody has to see to, the most pressing first: promises to customers, then what stops data from coming in. */
export function attentionItems(
  overview: Overview,
  fetcher: FetcherState | undefined,
  alerts: AlertSummary | undefined,
  keyState: string | undefined,
  consoles: readonly Console[],
  formatDay: (day: string) => string,
  /** Whether the person may open the screen on which keys are unlocked. */
  mayProtect: boolean,
): AttentionItem[] {
  const items: AttentionItem[] = overview.lateOrders.slice(0, MAX_LATE_ORDERS).map((order) => ({
    key: `order-${order.id}`,
    icon: IconClockExclamation,
    title: words.lateOrder(order.number, order.clientName),
    detail: words.lateOrderDetail(formatDay(order.dueDate), order.allocatedCount, order.quantity),
    to: `/orders/${order.id}`,
  }));
  const more = overview.orders.late - items.length;
  if (more > 0)
    items.push({ key: 'late', icon: IconClockExclamation, title: words.moreLate(more), detail: '', to: LATE_ORDERS });
  if (alerts && alerts.open > 0)
    items.push({
      key: 'alerts',
      icon: IconBell,
      title: words.alerts(alerts.open),
      detail: words.alertsDetail(alerts.bySeverity.critical, alerts.bySeverity.warning),
      to: '/alerts',
    });
  items.push(...consoles.flatMap(consoleItem), ...fetcherItems(fetcher));
  if (keyState && keyState !== 'ready')
    items.push({
      key: 'keys',
      icon: IconKeyOff,
      title: keyState === 'locked' ? words.locked : words.notEnrolled,
      detail: keyState === 'locked' ? words.lockedDetail : words.notEnrolledDetail,
      to: mayProtect ? '/key-protection' : '/settings',
    });
  if (overview.trackers.silent > 0)
    items.push({
      key: 'silent',
      icon: IconVolumeOff,
      title: words.silent(overview.trackers.silent),
      detail: words.silentDetail(overview.trackers.silentAfterHours),
      to: silentTrackers(overview),
    });
  return items;
}

/** Scans that nobody has decided about, and devices that lie in the wrong box. */
export function boxItems(counts: DifferenceCounts | undefined): AttentionItem[] {
  const toMove = counts ? counts.toTakeOut + counts.toPutBack : 0;
  if (!counts || toMove === 0) return [];
  const title = boxWords.attention(counts.toSettle, toMove);
  return [{ key: 'boxes', icon: IconPackages, title, detail: boxWords.attentionDetail(toMove), to: '/offline' }];
}

/** A console that needs somebody; keys that are locked here are told apart. */
function consoleItem(console: Console): AttentionItem[] {
  if (console.troubles.every((trouble) => trouble === 'keys-locked')) return [];
  const title = words.console(nameOf(console));
  const detail = sentencesOf(console).join(' ');
  return [{ key: `console-${console.id}`, icon: IconDeviceDesktopX, title, detail, to: '/consoles' }];
}

function fetcherItems(fetcher: FetcherState | undefined): AttentionItem[] {
  if (!fetcher) return [];
  const item = (key: string, title: string, detail: string): AttentionItem => ({
    key,
    icon: key === 'failing' ? IconAlertTriangle : IconCloudOff,
    title,
    detail,
    to: '/fetcher',
  });
  const items: AttentionItem[] = [];
  if (fetcher.paused) items.push(item('paused', words.fetcherPaused, words.fetcherPausedDetail));
  else if (!fetcher.running) items.push(item('stopped', words.fetcherStopped, words.fetcherStoppedDetail));
  const enabled = fetcher.sources.filter((source) => source.enabled);
  if (enabled.length === 0) items.push(item('sources', words.noSources, words.noSourcesDetail));
  for (const source of enabled)
    if (source.state.circuit !== 'closed')
      items.push(item(`source-${source.id}`, words.sourceOpen(source.name), source.state.lastError ?? ''));
    else if (source.state.blindSince !== null)
      items.push(item(`source-${source.id}`, words.sourceBlind(source.name), words.sourceBlindDetail));
    else if (source.state.lastRequestAt === null && fetcher.queue.due > 0)
      items.push(item(`source-${source.id}`, words.sourceNeverAsked(source.name), words.sourceNeverAskedDetail));
  // A tracker that is absent once is no matter: only from the streak on that the settings name.
  if (fetcher.consistentlyFailing > 0)
    items.push({
      ...item(
        'failing',
        words.failing(fetcher.consistentlyFailing, fetcher.settings.failingStreak),
        words.failingDetail,
      ),
      to: '/fetcher?failures=consistent',
    });
  return items;
}
